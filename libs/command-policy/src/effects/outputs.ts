import { hasOption, type Arguments } from '../frames/arguments.js';
import type { Call } from '../frames/call.js';
import { mark } from '../words/marks.js';
import type { Effect } from './effect.js';
import type { MakeEffect } from './make.js';
import { scopeOfPath, type PathContext } from './paths.js';
import { absolute, writeEffect } from './redirects.js';

/** Programs of which `-o` says something else. */
const otherwise =
  /^(?:find|gfind|bfs|grep|egrep|fgrep|rg|ag|ugrep|ssh|scp|sftp|sshfs|mount|ps|ls|test|\[|set|shopt|install|chown|useradd|usermod|lsblk|findmnt|kubectl|oc|docker|podman|journalctl|systemctl|git|sudo|env|bash|sh|zsh|ksh|dash)$/u;
const output = /^(?:-o|-O|-of|-out|--out|--output|--output-file|--output-document|--outfile|--dest)$/u;
const anchored = /^(?:[/~\u0002]|\.\.)/u;

/** What a program is told to write to by the option that most of them share: `-o FILE`, `--output=FILE`. */
export function outputEffects(
  call: Call,
  args: Arguments,
  context: PathContext,
  effect: MakeEffect,
): Effect[] {
  if (otherwise.test(call.program)) return [];
  const words = call.args.map((arg) => arg.text);
  const given = [
    ...args.options.flatMap(({ name, value }) =>
      value !== undefined && output.test(name) ? [value.text] : [],
    ),
    ...words.flatMap((word, i) => (output.test(words[i - 1] ?? '') ? [word] : [])),
    ...words.flatMap((word) => /^-[oO]((?:[/~\u0002]|\.\.).*)$/u.exec(word)?.[1] ?? []),
    ...intoFolder(call, words),
    ...named(call, args),
  ];
  return [...new Set(given)]
    .filter((path) => anchored.test(path) || call.cwd !== mark.cwd)
    .map((path) => writeEffect('overwrite', absolute(path, call), scopeOfPath(path, call, context), effect));
}

/** Programs that unpack or fetch into a folder they are told: a file of whatever name there. */
const folderOptions: Readonly<Record<string, RegExp>> = {
  tar: /^(?:-C|--directory)$/u,
  bsdtar: /^(?:-C|--directory)$/u,
  unzip: /^-d$/u,
  '7z': /^$/u,
  wget: /^(?:-P|--directory-prefix)$/u,
  curl: /^--output-dir$/u,
  aria2c: /^(?:-d|--dir)$/u,
};

function intoFolder(call: Call, words: readonly string[]): readonly string[] {
  const option = Object.hasOwn(folderOptions, call.program) ? folderOptions[call.program] : undefined;
  if (option === undefined) return [];
  if (
    call.program.endsWith('tar') &&
    !words.some((word, i) => word === '--extract' || (/^-?[a-zA-Z]*x/u.test(word) && i < 3))
  )
    return [];
  return words.flatMap((word, i) => (option.test(words[i - 1] ?? '') ? [`${word}/${mark.token}`] : []));
}

/** `curl -O URL`, `wget URL`: a file by the address's name, in the folder the line has gone to. */
function named(call: Call, args: Arguments): readonly string[] {
  const fetches =
    call.program === 'wget' || (call.program === 'curl' && hasOption(args, '-O', '--remote-name', '-J'));
  return fetches ? args.operands.flatMap(({ text }) => /\/([^/?]+)(?:\?.*)?$/u.exec(text)?.[1] ?? []) : [];
}

/** These only look at a device, or attach it. */
const readers =
  /^(?:ls|stat|file|test|\[|\[\[|echo|printf|cat|head|tail|less|more|xxd|od|hexdump|hd|strings|grep|wc|cmp|diff|du|df|lsblk|blkid|smartctl|smartd|udevadm|findmnt|lsof|fuser|dumpe2fs|xfs_info|xfs_db|btrfs-find-root|e2image|iostat|iotop|sg_inq|sg_readcap|sg_logs|sdparm|lshw|lspci|pvs|vgs|lvs|pvdisplay|vgdisplay|lvdisplay|grub-probe|partprobe|kpartx|losetup|multipath|testdisk|photorec|f3read|f3probe|ioping|fio|pv|gzip|xz|zstd|bzip2|sha\w*sum|md5sum|b2sum|cksum|rsync|tar|cd|readlink|realpath|basename|dirname|getfacl|gparted|docker|podman|kvm|qemu-system-\w+|minicom|screen|picocom|cu|stty|setserial|esptool(?:\.py)?|avrdude|python[\d.]*|ssh|scp|for|export|declare|local|ffmpeg|v4l2-ctl|eject|logger|read|sudo|mountpoint|fsfreeze|quotacheck|hddtemp|bonnie|cryptmount|systemd-\w+|virsh|vmstat)$/u;

/** A program of which nothing is known, given a disk: as the last of several operands it is most likely the target. */
export function deviceEffects(
  call: Call,
  { operands }: Arguments,
  context: PathContext,
  effect: MakeEffect,
): Effect[] {
  if (readers.test(call.program) || call.program.includes(mark.unknown)) return [];
  return operands.flatMap((operand, i) => {
    if (!operand.text.startsWith('/dev/') || scopeOfPath(operand.text, call, context) !== 'device') return [];
    return i > 0 && i === operands.length - 1 ? [effect('change-volume', 'one', operand.text)] : [];
  });
}
