import { mark } from '../../words/marks.js';
import { hasOption, nameSet, optionValue, readArguments } from '../arguments.js';
import { writeFile } from '../shell.js';
import { isInstaller } from './installers.js';
import { words, type Producer } from './producer.js';

const download: Producer = (call, shell) => {
  const urls = words(call).filter((word) => /^\w+:\/\/|^[\w.-]+\.\w+\//u.test(word));
  const from = urls.length > 0 && urls.every((url) => isInstaller(url)) ? mark.installer : mark.download;
  const found = readArguments(
    call.args,
    nameSet(
      '-o -O -H -d -X -u -A -e -b -c -T -F --output --output-document --data --header -P --directory-prefix --dir',
    ),
  );
  if (call.program === 'wget' || call.program === 'aria2c') {
    const folder = optionValue(
      found,
      '-P',
      '--directory-prefix',
      ...(call.program === 'aria2c' ? ['-d', '--dir'] : []),
    )?.text;
    const base = /([^/?]+)(?:\?.*)?$/u.exec(urls[0] ?? '')?.[1] ?? 'index.html';
    const name = optionValue(found, '-O', '--output-document', '-o')?.text ?? base;
    const to = folder === undefined || name === '-' ? name : `${folder.replace(/\/+$/u, '')}/${name}`;
    if (to === '-') return from;
    writeFile(shell, to, from, false);
    return '';
  }
  const plain = readArguments(call.args, nameSet('-o --output -H -d -X -u -A -e -b -c -T -F'));
  const to =
    optionValue(plain, '-o', '--output')?.text ??
    (hasOption(plain, '-O', '--remote-name') ? /([^/?]+)$/u.exec(urls[0] ?? '')?.[1] : undefined);
  if (to === undefined || to === '-') return from;
  writeFile(shell, to, from, false);
  return '';
};

/** `gsutil cat`, `rclone cat`, `s3cmd get X -`: an object printed. */
const fetched: Producer = (call) =>
  call.args.some(({ text }) => text === 'cat') || call.args.at(-1)?.text === '-'
    ? mark.download
    : mark.unknown;

export const networkProducers: Readonly<Record<string, Producer>> = {
  curl: download,
  wget: download,
  wget2: download,
  aria2c: download,
  fetch: download,
  gsutil: fetched,
  rclone: fetched,
  mc: fetched,
  s3cmd: fetched,
  http: () => mark.download,
  https: () => mark.download,
  httpie: () => mark.download,
  xh: () => mark.download,
  curlie: () => mark.download,
  lynx: () => mark.download,
  w3m: () => mark.download,
  links: () => mark.download,
  elinks: () => mark.download,
  lwp: () => mark.download,
  GET: () => mark.download,
  nc: () => mark.download,
  ncat: () => mark.download,
  netcat: () => mark.download,
  socat: () => mark.download,
  telnet: () => mark.download,
};
