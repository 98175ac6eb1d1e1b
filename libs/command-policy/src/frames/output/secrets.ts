import { mark } from '../../words/marks.js';
import { isSensitivePath } from '../../words/secrets.js';
import { hasOption, nameSet, optionValue, readArguments } from '../arguments.js';
import { readPath } from '../read-path.js';
import { decode } from './decoders.js';
import { keepsSecret, transformed, words, type Producer } from './producer.js';

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

/** Of a program's commands, the one that prints a token. */
const tokenAfter =
  (verb: RegExp): Producer =>
  (call) =>
    verb.test(call.args[0]?.text ?? '')
      ? mark.credential
      : call.args.some(({ text }) => /^(?:cat|download)$/u.test(text))
        ? mark.download
        : mark.unknown;

export const secretsProducers: Readonly<Record<string, Producer>> = {
  openssl,
  gpg: (call) =>
    call.args.some(({ text }) => text.startsWith('--export-secret') || isSensitivePath(text))
      ? mark.secret
      : keepsSecret(call, mark.decoded),
  env: () => mark.secret,
  printenv: (call) => (call.args.length === 0 ? mark.secret : mark.unknown),
  history: () => mark.secret,
  pass: () => mark.credential,
  op: tokenAfter(/^read$/u),
  vault: tokenAfter(/^(?:read|kv|print)$/u),
  security: () => mark.credential,
  gh: tokenAfter(/^auth$/u),
  glab: tokenAfter(/^auth$/u),
  gcloud: tokenAfter(/^(?:auth|secrets)$/u),
  az: tokenAfter(/^(?:account|keyvault)$/u),
  doppler: tokenAfter(/^secrets$/u),
  aws: (call) =>
    call.args.some(({ text }) =>
      /^(?:secretsmanager|get-parameters?(?:-by-path)?|get-login-password|get-session-token)$/u.test(text),
    )
      ? mark.credential
      : call.args.some(({ text }) => text.startsWith('s3://')) && call.args.at(-1)?.text === '-'
        ? mark.download
        : mark.unknown,
};
