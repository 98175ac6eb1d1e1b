import { isKnown, mark } from '../words/marks.js';
import { hasOption, nameSet, optionValue, readArguments } from './arguments.js';
import type { Call } from './call.js';
import { valuedOptions } from './global-options.js';
import { decode, printfText, reverse, translate, unescapeEcho } from './decoders.js';
import { isSecretPath, isSensitivePath } from '../words/secrets.js';
import { isInstaller } from './installers.js';
import type { Machine } from './machine.js';
import { readPath } from './read-path.js';
import { writeFile, writtenFile, type Shell } from './shell.js';
import { isTrustedProducer } from './trusted.js';

type Producer = (call: Call, shell: Shell) => string;

const words = (call: Call): string[] => call.args.map((arg) => arg.text);

/** What the files named, else the input, hold. */
const contents = (call: Call, shell: Shell, valued = ''): string => {
  const { operands } = readArguments(call.args, nameSet(valued));
  const files = operands.filter((arg) => !/^(?:-|\/dev\/stdin|\/dev\/fd\/0)$/u.test(arg.text));
  return files.length === 0 ? (call.input ?? '') : files.map((arg) => readPath(shell, arg.text)).join('');
};

/** Keeps what it cannot compute as what it was made of. */
const transformed = (text: string, change: (text: string) => string | undefined): string => {
  if (isKnown(text)) return change(text) ?? mark.decoded;
  return /[\u000e\u000f\u0013\u0014]/u.exec(text)?.[0] ?? mark.decoded;
};

const decoder =
  (kind: 'base64' | 'hex' | 'base32'): Producer =>
  (call, shell) =>
    transformed(contents(call, shell, '-w -b -i -c'), (text) => decode(kind, text));

const keepsSecret = (call: Call, other: string): string =>
  call.input?.includes(mark.secret) === true ? mark.secret : other;

/** Encoded text is still what it was made of: a secret stays one. */
const coder =
  (kind: 'base64' | 'base32'): Producer =>
  (call, shell) => {
    if (call.args.some((arg) => /^-.*[dD]/u.test(arg.text))) return decoder(kind)(call, shell);
    return contents(call, shell, '-w -b -i').includes(mark.secret) ? mark.secret : mark.token;
  };

/** Another spelling of what it reads: of a secret, still one. */
const spelt: Producer = (call, shell) =>
  contents(call, shell, '-l -c -s -N -j -n -e -f -t -A').includes(mark.secret) ? mark.secret : mark.token;

const echo: Producer = (call) => {
  let args = words(call);
  let escapes = false;
  let newline = '\n';
  while (/^-[neE]+$/u.test(args[0] ?? '')) {
    if (args[0]?.includes('e') === true) escapes = true;
    if (args[0]?.includes('n') === true) newline = '';
    args = args.slice(1);
  }
  const text = args.join(' ');
  return (escapes ? unescapeEcho(text) : text) + newline;
};

const download: Producer = (call, shell) => {
  const urls = words(call).filter((word) => /^\w+:\/\/|^[\w.-]+\.\w+\//u.test(word));
  const from = urls.length > 0 && urls.every((url) => isInstaller(url)) ? mark.installer : mark.download;
  const found = readArguments(
    call.args,
    nameSet('-o -O -H -d -X -u -A -e -b -c -T -F --output --output-document --data --header -P'),
  );
  if (call.program === 'wget' || call.program === 'aria2c') {
    const to =
      optionValue(found, '-O', '--output-document', '-o')?.text ??
      /([^/?]+)(?:\?.*)?$/u.exec(urls[0] ?? '')?.[1] ??
      'index.html';
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

const pass: Producer = (call, shell) => contents(call, shell, '-n -c -k -t -f -d -s -b -w');
const token: Producer = () => mark.token;

/** A part of it, and so with an end; some ends are too far off to count. */
const limited: Producer = (call, shell) => {
  const far = call.args.some(({ text }) => /^(?:-c|--bytes=)?\d+(?:[GTPEZY]|\d{9})B?$/u.test(text));
  return far ? pass(call, shell) : pass(call, shell).replaceAll(mark.endless, mark.token);
};

/** A copy of what the line wrote is that too; a copy of a program, or a link to it, runs that program. */
const copied: Producer = (call, shell) => {
  const [from, to] = readArguments(call.args, nameSet('-m -o -g -t')).operands;
  if (from === undefined || to === undefined) return '';
  const program = /(?:^|\/)s?bin\/([\w.+-]+)$/u.exec(from.text)?.[1];
  const text = writtenFile(shell, from.text) ?? (program === undefined ? undefined : `${from.text} "$@"\n`);
  const path = /(?:^|\/)\.{0,2}\/?$/u.test(to.text) ? `${to.text}/${program ?? from.text}` : to.text;
  if (text !== undefined) writeFile(shell, path, text, false);
  return '';
};

/** Columns of it: of a listing of everything, still everything. */
const selected: Producer = (call) => {
  const input = call.input ?? mark.file;
  if (!isKnown(input)) return input;
  return call.program === 'awk' && /^(?:\{\s*print(?:\s+\$0)?;?\s*\}|1)$/u.test(call.args[0]?.text ?? '')
    ? input
    : mark.decoded;
};

const sed: Producer = (call) => {
  const script = call.args.find((arg) => !arg.text.startsWith('-'))?.text ?? '';
  const input = call.input ?? mark.file;
  if (!isKnown(input)) return input;
  const found = /^s(.)((?:\\.|(?!\1)[^\\])+)\1((?:\\.|(?!\1)[^\\])*)\1(g?)$/u.exec(script);
  if (found === null) return input;
  const [, , pattern = '', replacement = '', flag] = found;
  const plain = pattern.replaceAll(/\\([/.*])/gu, '$1');
  if (/[\\[\](){}*+?^$]/u.test(plain)) return mark.decoded;
  const put = (): string => replacement.replaceAll(/\\(.)/gu, '$1');
  return flag === 'g' ? input.replaceAll(plain, put) : input.replace(plain, put);
};

/** `openssl base64 -d` can be read; behind a cipher nobody can. */
const openssl: Producer = (call, shell) => {
  if (call.args[0]?.text === 's_client') return mark.download;
  if (call.args.some(({ text }) => isSensitivePath(text)) || call.input?.includes(mark.secret) === true)
    return mark.secret;
  const found = readArguments(call.args, nameSet('-in -out -k -K -iv -pass -kfile -md -iter -S -inkey'));
  if (
    !hasOption(found, '-d', '-decrypt') &&
    !/^(?:pkeyutl|rsautl|smime|cms)$/u.test(found.operands[0]?.text ?? '')
  )
    return mark.token;
  const from = optionValue(found, '-in')?.text;
  const input = from === undefined ? (call.input ?? mark.file) : readPath(shell, from);
  const plain = words(call).every(
    (word) => !/^-(?:aes|des|rc|bf|cast|chacha|camellia|aria|sm4|k$|pass|decrypt)/iu.test(word),
  );
  return transformed(input, (text) => (plain ? decode('base64', text) : undefined));
};

const listing: Producer = (call) => {
  const { operands } = readArguments(call.args, nameSet('-I -w'));
  if (operands.length === 0) return mark.star;
  return operands
    .map(({ text }) =>
      text.includes(mark.star) || hasOption(readArguments(call.args, nameSet('')), '-d') ? text : mark.token,
    )
    .join('\n');
};

const inventory: Producer = (call) => {
  if (call.args.some(({ text }) => /^secrets?(?:\/|$)/u.test(text))) return mark.secret;
  const narrowed = call.args.some(({ text }) =>
    /^(?:-l|--selector.*|--filter.*|-f|--field-selector.*)$/u.test(text),
  );
  if (narrowed) return mark.token;
  const all = call.args.some(({ text }) =>
    /^(?:ps|images|ls|list|get|container|volume|image|network)$/u.test(text),
  );
  return all ? mark.star : mark.unknown;
};

const git: Producer = (call) => {
  const verb = call.args.find((arg) => !arg.text.startsWith('-'))?.text;
  if (verb === 'ls-files') return `./${mark.token}`;
  if (verb === 'rev-parse')
    return call.args.some((arg) => arg.text === '--show-toplevel') ? mark.cwd : mark.token;
  if (/^(?:branch|tag|for-each-ref|ls-remote|show-ref)$/u.test(verb ?? '')) return mark.star;
  return verb === 'diff' || verb === 'status' ? `./${mark.token}` : mark.token;
};

/** An archive of a secret is one. */
const archive: Producer = (call) =>
  call.args.some(({ text }) => isSensitivePath(text)) ? mark.secret : keepsSecret(call, mark.unknown);

const named: Producer = (call) => call.args.find((arg) => !arg.text.startsWith('-'))?.text ?? mark.unknown;

/** What known programs print, computed from what they are given. Nothing is run. */
const producers: ReadonlyMap<string, Producer> = new Map(
  Object.entries<Producer>({
    echo,
    printf: (call) => printfText(words(call)),
    cat: pass,
    tac: pass,
    zcat: (call, shell) => transformed(contents(call, shell), () => undefined),
    head: limited,
    tail: pass,
    sort: pass,
    uniq: pass,
    grep: (call) => (call.input === undefined ? mark.file : call.input.replaceAll(mark.star, mark.token)),
    tee: (call) => call.input ?? '',
    pv: pass,
    dd: (call, shell) => {
      const to = call.args.find(({ text }) => text.startsWith('of='))?.text.slice(3);
      const text = limited({ ...call, args: [] }, shell);
      if (to === undefined) return text;
      writeFile(shell, to, text, false);
      return '';
    },
    cp: copied,
    mv: copied,
    install: copied,
    ln: copied,
    ps: () => mark.star,
    awk: selected,
    cut: selected,
    iconv: pass,
    dos2unix: pass,
    rev: (call, shell) => transformed(contents(call, shell), reverse),
    tr: (call) => transformed(call.input ?? mark.file, (text) => translate(words(call), text)),
    sed,
    base64: coder('base64'),
    base32: coder('base32'),
    xxd: (call, shell) =>
      call.args.some((arg) => /^-\w*r/u.test(arg.text)) ? decoder('hex')(call, shell) : spelt(call, shell),
    od: (call, shell) => spelt(call, shell),
    hexdump: (call, shell) => spelt(call, shell),
    basenc: (call, shell) => decoder('base64')(call, shell),
    uudecode: (call, shell) => transformed(contents(call, shell), () => undefined),
    openssl,
    gpg: (call) =>
      call.args.some(({ text }) => text.startsWith('--export-secret') || isSensitivePath(text))
        ? mark.secret
        : keepsSecret(call, mark.decoded),
    curl: download,
    wget: download,
    aria2c: download,
    fetch: download,
    http: () => mark.download,
    https: () => mark.download,
    httpie: () => mark.download,
    xh: () => mark.download,
    curlie: () => mark.download,
    wget2: download,
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
    mktemp: () => mark.temp,
    pwd: (_call, shell) => shell.cwd,
    which: named,
    whereis: named,
    type: named,
    realpath: named,
    readlink: named,
    dirname: (call, shell) => {
      const path = named(call, shell);
      if (path.includes('/')) return path.slice(0, Math.max(1, path.lastIndexOf('/')));
      return path === mark.home || path === mark.cwd || path === mark.temp ? `${path}/..` : '.';
    },
    basename: (call, shell) => {
      const path = named(call, shell).replace(/\/+$/u, '');
      return path.slice(path.lastIndexOf('/') + 1);
    },
    yes: (call) => (call.args.length === 0 ? mark.endless : `${words(call).join(' ')}\n${mark.endless}`),
    seq: token,
    date: token,
    whoami: token,
    id: token,
    hostname: token,
    nproc: token,
    uname: token,
    wc: token,
    expr: token,
    pgrep: token,
    pidof: token,
    lsof: token,
    uuidgen: token,
    sha256sum: token,
    md5sum: token,
    sleep: () => '',
    true: () => '',
    ls: listing,
    git,
    docker: inventory,
    podman: inventory,
    kubectl: inventory,
    helm: inventory,
    env: () => mark.secret,
    printenv: (call) => (call.args.length === 0 ? mark.secret : mark.unknown),
    history: () => mark.secret,
    pass: () => mark.secret,
    op: (call) => (call.args[0]?.text === 'read' ? mark.secret : mark.unknown),
    vault: (call) => (/^(?:read|kv)$/u.test(call.args[0]?.text ?? '') ? mark.secret : mark.unknown),
    security: () => mark.secret,
    aws: (call) =>
      call.args.some(({ text }) => /^(?:secretsmanager|get-parameters?(?:-by-path)?)$/u.test(text))
        ? mark.secret
        : mark.unknown,
    'redis-cli': (call) =>
      call.args.some(({ text }) => /^(?:--scan|keys)$/iu.test(text)) ? mark.star : mark.unknown,
    tar: archive,
    zip: archive,
    gzip: archive,
    '7z': archive,
  }),
);

const decompressor =
  /^(?:gunzip|gzip|bunzip2|bzip2|unxz|xz|zstd|unzstd|lz4|brotli|unlzma|lzma|zcat|xzcat|bzcat)$/u;

export function produce(_machine: Machine, call: Call, shell: Shell): string {
  if (isTrustedProducer(call)) return mark.trusted;
  if (decompressor.test(call.program)) return transformed(contents(call, shell), () => undefined);
  const found = producers.get(call.program);
  if (found !== undefined) return withinBounds(found(call, shell));
  if (call.input?.includes(mark.secret) === true || call.args.some(({ text }) => isSecretPath(text)))
    return mark.secret;
  return lists(call) ? mark.star : mark.unknown;
}

/** `lxc list`, `virsh list --name`: programs that manage many of something say what there is. */
const lists = (call: Call): boolean =>
  readArguments(call.args, nameSet(valuedOptions(call)))
    .operands.slice(0, 3)
    .some(({ text }) => /^(?:ps|ls|list(?:-\w+)?|images|get)$/u.test(text)) &&
  !call.args.some(({ text }) => /^(?:-l|--selector|--filter|-f|--field-selector)(?:=|$)/u.test(text));

const withinBounds = (text: string): string => (text.length > 100_000 ? mark.unknown : text);
