import type { Call } from '../frames/call.js';
import { mark, plainPath } from '../words/marks.js';
import { isSecretPath, isSensitivePath, senders } from '../words/secrets.js';
import type { Effect } from './effect.js';
import type { MakeEffect } from './make.js';

const readers =
  /^(?:cat|tac|head|tail|less|more|bat|view|vi|vim|nano|emacs|base64|base32|xxd|od|hexdump|strings|grep|egrep|rg|awk|gawk|sed|cut|sort|cp|mv|tar|zip|gzip|7z|openssl|gpg|dd|nl|rev|diff|install|python3?|code|jq|yq)$/u;
/** Clients that are told what to upload in a language of their own: `put FILE`. */
const uploaders = /^(?:sftp|lftp|ftp|tftp|ncftp|smbclient|yafc)$/u;
// These name a key to use it, not to send it.
const identity =
  /^(?:-i|--cert|--key|--cacert|-E|--private-key|-F|--netrc-file|--config|-K|--kubeconfig|--certificate)$/u;

/** Secrets read, and what leaves the machine with a secret in it. */
export function secretEffects(call: Call, effect: MakeEffect): Effect[] {
  if (/^(?:gpg|gpg2)$/u.test(call.program) && call.args.some((arg) => arg.text.startsWith('--export-secret')))
    return [effect('read-secret', 'one', 'secret keys')];
  if (call.program === 'security' && /^(?:dump-keychain|find-\w+-password)$/u.test(call.args[0]?.text ?? ''))
    return [effect('read-secret', 'one', 'keychain')];
  if (call.program === 'ssh-copy-id')
    return [effect('grant-access', 'one', call.args.map((arg) => arg.text).join(' '))];
  if (senders.test(call.program)) {
    const sent = sentPath(call) ?? putPath(call);
    if (sent !== undefined) return [effect('send-data', 'all', sent)];
    if (
      call.input?.includes(mark.credential) === true &&
      !/^(?:ssh|gh|glab|openssl|aws|gcloud|az)$/u.test(call.program)
    )
      return [effect('send-data', 'all', 'a token from its input')];
    if (
      call.input?.includes(mark.secret) === true &&
      !(call.program === 'gh' || (call.program === 'openssl' && call.args[0]?.text !== 's_client'))
    )
      return [effect('send-data', 'all', 'its input')];
  }
  if (
    call.redirects.some(({ target }) => /^\/dev\/(?:tcp|udp)\//u.test(target.text)) &&
    (call.input?.includes(mark.secret) === true || call.args.some((arg) => isSensitivePath(arg.text)))
  ) {
    return [effect('send-data', 'all', call.args.map((arg) => arg.text).join(' '))];
  }
  if (!readers.test(call.program)) return [];
  return call.args.flatMap((arg) => {
    const path = /^[\w.][^\s]*$/u.test(arg.text) ? plainPath(`${call.cwd}/${arg.text}`) : arg.text;
    return isSecretPath(path) && !/\s/u.test(arg.text) ? [effect('read-secret', 'one', arg.text)] : [];
  });
}

/** `lftp -e 'put FILE'`, `sftp host <<< 'put FILE'`. */
function putPath(call: Call): string | undefined {
  if (!uploaders.test(call.program)) return undefined;
  const texts = [...call.args.map((arg) => arg.text), call.input ?? ''];
  return texts
    .flatMap((text) => [...text.matchAll(/\b(?:m?put|reput|mirror\s+-R)\s+(?:-\S+\s+)*["']?([^\s"';]+)/gu)])
    .map((found) => found[1] ?? '')
    .find(isSensitivePath);
}

/** The secret among the arguments: a path to upload, or its contents. */
function sentPath(call: Call): string | undefined {
  const words = call.args.map((arg) => arg.text);
  for (const [i, word] of words.entries()) {
    if (word.includes(mark.secret)) return 'the contents of a secret file';
    if (word.includes(mark.credential) && !carriesToken(words, i)) return 'a token';
    if (identity.test(words[i - 1] ?? '') && !(call.program === 'curl' && words[i - 1] === '-F')) continue;
    const path =
      /(?:^|=)@(.+)$/u.exec(word)?.[1]?.replace(/;.*$/u, '') ??
      word.replace(/^(?:--[\w-]+=@?|-[A-Za-z]@?(?=[/~.\u0002]))/u, '');
    const uploads =
      call.program !== 'ssh' &&
      call.program !== 'openssl' &&
      (call.program !== 'gh' || /^(?:gist|release)$/u.test(words[0] ?? '')) &&
      !path.startsWith('-');
    const copies = /^(?:scp|rsync|sftp)$/u.test(call.program);
    if (
      uploads &&
      (copies ? isSecretPath(path) || /\.(?:ssh|aws|gnupg|kube)\/?$/u.test(path) : isSensitivePath(path)) &&
      !comesFrom(call, words, i)
    )
      return path;
  }
  return undefined;
}

/** Where a request says who asks: a header, a user, a cookie. */
const carriesToken = (words: readonly string[], at: number): boolean =>
  /^(?:-H|--header|-u|--user|-b|--cookie|--oauth2-bearer|--token|--password|-p|-a|--auth|--http-user|--http-password)$/u.test(
    words[at - 1] ?? '',
  ) ||
  /^(?:-H|--header=|--user=|-u|--token=|--password=|Authorization:|--oauth2-bearer=)/u.test(words[at] ?? '');

/** `scp host:.env .` fetches: the secret is on the other side, or the destination is here. */
function comesFrom(call: Call, words: readonly string[], at: number): boolean {
  const last = words.findLast((word) => !word.startsWith('-')) ?? '';
  if (/^(?:scp|rsync|sftp)$/u.test(call.program)) return !/^(?:[\w.-]+@)?(?:\[[^\]]+\]|[\w.-]+):/u.test(last);
  if (/^(?:aws|gsutil|rclone|mc|s3cmd)$/u.test(call.program))
    return !words.slice(at + 1).some((word) => /^\w+:/u.test(word));
  if (call.program === 'curl' || call.program === 'wget')
    return /^(?:-o|-O|--output|--output-document|-b|-c|--cookie|-s)$/u.test(words[at - 1] ?? '');
  return false;
}
