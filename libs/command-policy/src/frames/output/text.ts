import { unescapeEcho } from '../../words/escapes.js';
import { concatenated, isKnown, mark } from '../../words/marks.js';
import { printedText } from '../code/literals.js';
import { decode, printfText, reverse, translate } from './decoders.js';
import { contents, keepsSecret, token, transformed, words, type Producer } from './producer.js';

const decoder =
  (kind: 'base64' | 'hex' | 'base32'): Producer =>
  (call, shell) =>
    transformed(contents(call, shell, '-w -b -i -c'), (text) => decode(kind, text));

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
  const text = concatenated(args, ' ');
  return (escapes ? unescapeEcho(text) : text) + newline;
};

const pass: Producer = (call, shell) => contents(call, shell, '-n -c -k -t -f -d -s -b -w');

/** A part of it, and so with an end; some ends are too far off to count. */
export const limited: Producer = (call, shell) => {
  const far = call.args.some(({ text }) => /^(?:-c|--bytes=)?\d+(?:[GTPEZY]|\d{9})B?$/u.test(text));
  return far ? pass(call, shell) : pass(call, shell).replaceAll(mark.endless, mark.token);
};

/** What awk computes from nothing is known where it prints a literal, and else made up of pieces. */
const computed = (script: string): string | undefined =>
  /^\s*BEGIN\s*\{/u.test(script) ? (printedText(script) ?? mark.decoded) : undefined;

/** Columns of it: of a listing of everything, still everything. */
const selected: Producer = (call) => {
  const made = call.program === 'awk' ? computed(call.args[0]?.text ?? '') : undefined;
  if (made !== undefined) return made;
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
  if (found === null) return /^\s*(?:\d+(?:,\d+)?)?[pdq!]|^$|^\//u.test(script) ? input : mark.decoded;
  const [, , pattern = '', replacement = '', flag] = found;
  const plain = pattern.replaceAll(/\\([/.*])/gu, '$1');
  if (/[\\[\](){}*+?^$]/u.test(plain)) return mark.decoded;
  const put = (): string => replacement.replaceAll(/\\(.)/gu, '$1');
  if (input.length * (replacement.length + 1) > 1_000_000) return mark.decoded;
  return flag === 'g' ? input.replaceAll(plain, put) : input.replace(plain, put);
};

export const textProducers: Readonly<Record<string, Producer>> = {
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
  yes: (call) => (call.args.length === 0 ? mark.endless : `${words(call).join(' ')}\n${mark.endless}`),
  seq: token,
  awk: selected,
  gawk: (call, shell) => selected({ ...call, program: 'awk' }, shell),
  jq: (call) =>
    call.args.some(({ text }) => /@base(?:64|32)d|implode|fromjson/u.test(text))
      ? mark.decoded
      : keepsSecret(call, mark.unknown),
  cut: selected,
  iconv: pass,
  dos2unix: pass,
  rev: (call, shell) => transformed(contents(call, shell), reverse),
  tr: (call) => transformed(call.input ?? mark.file, (text) => translate(words(call), text)),
  sed,
  base64: coder('base64'),
  base32: coder('base32'),
  basenc: (call, shell) => decoder('base64')(call, shell),
  xxd: (call, shell) =>
    call.args.some((arg) => /^-\w*r/u.test(arg.text)) ? decoder('hex')(call, shell) : spelt(call, shell),
  od: (call, shell) => spelt(call, shell),
  hexdump: (call, shell) => spelt(call, shell),
  uudecode: (call, shell) => transformed(contents(call, shell), () => undefined),
};
