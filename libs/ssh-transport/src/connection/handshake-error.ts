import type { Login } from '../authentication/login.js';
import { TransportError } from '../errors.js';
import type { HandshakeEnd } from './handshake.js';
import { where, type Route } from './route.js';

/** What a handshake that came to nothing is told as. `notes` are on keys that could not be used. */
export function handshakeError(
  end: HandshakeEnd,
  route: Route,
  login: Login,
  notes: readonly string[],
): TransportError {
  if (end.kind === 'late') return late(end, route);
  if (end.phase === 'login' && (login.refused || end.error.level === 'client-authentication'))
    return notLetIn(end, route, login, notes);
  if (isTurnedAway(end))
    return new TransportError('server-busy', `${where(route)} takes no more logins at once.`, {
      hint: 'Its sshd drops connections beyond MaxStartups: raise that there, or connect to it from fewer places at once.',
      cause: end.error,
    });
  if (end.error instanceof TransportError && end.words === '') return end.error;
  const said = end.phase === 'greeting' ? end.words.trim().slice(0, 200) : '';
  const why = said === '' ? end.error.message : `it said ${JSON.stringify(said)}`;
  return new TransportError('handshake-failed', `The SSH handshake with ${where(route)} failed: ${why}.`, {
    hint: 'The server may be overloaded or restarting; try again.',
    cause: end.error,
  });
}

function late({ phase, limitMs = 0, error }: HandshakeEnd, route: Route): TransportError {
  const what = phase === 'greeting' ? 'did not say a word' : 'did not finish the handshake';
  return new TransportError(
    'connection-timed-out',
    `${where(route)} accepted the connection and then ${what} within ${limitMs / 1_000} s.`,
    { hint: 'The machine may be frozen or far too busy.', cause: error },
  );
}

/** OpenSSH says so before it drops a connection; other servers are not known to. */
function isTurnedAway({ phase, words }: HandshakeEnd): boolean {
  return phase === 'greeting' && words.startsWith('Exceeded MaxStartups');
}

function notLetIn(end: HandshakeEnd, route: Route, login: Login, notes: readonly string[]): TransportError {
  const { offered } = login;
  // Said before the last of ours was tried: the server has had enough (sshd's MaxAuthTries).
  const cut = end.error.level !== 'client-authentication';
  const means = login.attended ? 'any key or answer' : 'any key';
  const said = end.kind === 'failed' ? `: ${end.error.message}` : '';
  const message = cut
    ? `${where(route)} closed the connection before it let ${route.user} in with ${means}${said}.`
    : `${where(route)} did not let ${route.user} in with ${means}.`;
  const advice =
    offered.length === 0
      ? 'There was no key to offer: make one with ssh-keygen and ssh-copy-id, or name one in ssh.identityFiles.'
      : cut
        ? 'It hears out only so many (MaxAuthTries): name the right key for it by IdentityFile, with IdentitiesOnly yes, in ~/.ssh/config.'
        : 'Is the public key in ~/.ssh/authorized_keys there?';
  const tried = offered.length === 0 ? [] : [`Offered: ${offered.join(', ')}.`];
  const hint = [...notes, ...besides(login), advice, ...tried].join(' ');
  return new TransportError('authentication-failed', message, { hint, cause: login.failure ?? end.error });
}

/** What a person could have answered. */
function besides({ left, attended }: Login): string[] {
  const asks = left.some((method) => method === 'password' || method === 'keyboard-interactive');
  return asks && !attended ? ['It takes passwords, which only a person can give.'] : [];
}
