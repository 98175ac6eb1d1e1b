import type { ConnectConfig } from 'ssh2';
import { codeOf, knownCode, messageOf, TransportError } from '../errors.js';
import { fingerprint, type HostKeyName, type HostKeyVerdict } from '../host-keys/known-hosts.js';
import { where, type Route } from './route.js';

const hostKeyAlgorithms: Record<string, readonly string[]> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
};

/** The name that the route's key is on record by. */
export function hostKeyName(route: Route): HostKeyName {
  const name = { host: route.hostName, port: route.port };
  return route.hostKeyAlias === undefined ? name : { ...name, alias: route.hostKeyAlias };
}

/** The offer's order, types on record for the host first, as OpenSSH does, so that a second key type is no "change". */
export function preferKnown(
  known: readonly string[],
): NonNullable<NonNullable<ConnectConfig['algorithms']>['serverHostKey']> {
  const types = Object.keys(hostKeyAlgorithms);
  const ordered = [
    ...known.filter((type) => types.includes(type)),
    ...types.filter((type) => !known.includes(type)),
  ];
  return ordered.flatMap((type) => hostKeyAlgorithms[type] ?? []) as ReturnType<typeof preferKnown>;
}

/** Judges the key that a server shows, once. */
export interface HostKeyCheck {
  verify(key: Buffer, answer: (accepted: boolean) => void): void;
  readonly refusal: TransportError | undefined;
  /** Once a new key is written down, or could not be: then why. */
  recorded(): Promise<Error | undefined>;
}

export function createHostKeyCheck(route: Route): HostKeyCheck {
  let refusal: TransportError | undefined;
  let recording: Promise<Error | undefined> = Promise.resolve(undefined);
  const decide = async (key: Buffer): Promise<boolean> => {
    const verdict = await route.knownHosts.check(hostKeyName(route), key);
    if (verdict.kind === 'known') return true;
    if (verdict.kind === 'unknown' && route.hostKeys === 'accept-new') {
      // Handled here, at once: it may fail before anybody waits for it.
      recording = route.knownHosts.record(hostKeyName(route), key).then(
        () => undefined,
        (error: unknown) => (error instanceof Error ? error : new Error(messageOf(error))),
      );
      return true;
    }
    refusal = hostKeyError(route, verdict, fingerprint(key));
    return false;
  };
  return {
    verify(key, answer) {
      decide(key).then(answer, (error: unknown) => {
        refusal = knownHostsError(route, error);
        answer(false);
      });
    },
    get refusal() {
      return refusal;
    },
    recorded: () => recording,
  };
}

/** A host is not judged by half of what is known of it. */
export function knownHostsError(route: Route, error: unknown): TransportError {
  const code = knownCode(codeOf(error)) ?? 'known-hosts-unreadable';
  return new TransportError(code, `${where(route)} was not connected to: ${messageOf(error)}`, {
    hint: 'Make the file readable for this user (ls -l), or name another one (UserKnownHostsFile).',
    cause: error,
  });
}

function hostKeyError(
  route: Route,
  verdict: Exclude<HostKeyVerdict, { kind: 'known' }>,
  shown: string,
): TransportError {
  switch (verdict.kind) {
    case 'revoked':
      return new TransportError(
        'host-key-revoked',
        `The host key of ${where(route)}, ${verdict.fingerprint}, is revoked (${verdict.file}:${verdict.line}).`,
        { hint: 'Ask whoever runs the machine for a new host key.' },
      );
    case 'unknown':
      return new TransportError(
        'host-key-unknown',
        `The host key of ${where(route)}, ${shown}, is in none of ${route.knownHostsFiles.join(', ')}.`,
        {
          hint: 'Compare that fingerprint with what the machine itself says (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub), then connect once with ssh; or set hostKeys to accept-new.',
        },
      );
    case 'changed':
    default:
      return new TransportError(
        'host-key-changed',
        `The host key of ${where(route)} has changed: ${verdict.actualFingerprint} instead of ${verdict.expectedFingerprint} (${verdict.file}:${verdict.line}).`,
        {
          hint: `Somebody may be listening in, or the machine was set up anew. Only if you know that it was, remove ${verdict.file} line ${verdict.line} and connect again.`,
        },
      );
  }
}
