import type { Login } from '../authentication/login.js';
import { TransportError } from '../errors.js';
import type { HandshakeEnd } from './handshake.js';
import { shownProxy, where, type Route } from './route.js';

/** What a handshake that came to nothing is told as. `notes` are on keys that could not be used. */
export function handshakeError(
  end: HandshakeEnd,
  route: Route,
  login: Login,
  notes: readonly string[],
): TransportError {
  if (isOther(end)) return noSshServer(end, route);
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
  const { proxyCommand } = route;
  const begun = proxyCommand === undefined ? 'accepted the connection' : 'was asked for by its ProxyCommand';
  return new TransportError(
    'connection-timed-out',
    `${where(route)} ${begun} and then ${what} within ${limitMs / 1_000} s.`,
    {
      hint:
        proxyCommand === undefined
          ? 'The machine may be frozen or far too busy.'
          : `It, the machine or what lies between may hang: try the ${shownProxy(proxyCommand)} in a terminal.`,
      cause: error,
    },
  );
}

/** What sshd says in clear where it takes nobody just now. */
const refusals = /^(?:Exceeded MaxStartups|Not allowed at this time)/;

/** Words that no SSH server begins with (RFC 4253, 4.2). */
function isOther({ phase, words }: HandshakeEnd): boolean {
  return phase === 'greeting' && words.trim() !== '' && !refusals.test(words);
}

function noSshServer({ words, error }: HandshakeEnd, route: Route): TransportError {
  const first =
    words
      .trim()
      .split(/[\r\n]/)[0]
      ?.slice(0, 200) ?? '';
  const message = `What answers for ${where(route)} is no SSH server: it said ${JSON.stringify(first)}.`;
  const { proxyCommand } = route;
  return new TransportError('handshake-failed', message, {
    hint:
      proxyCommand === undefined
        ? 'Is the port right? Something else listens there.'
        : `Nothing else than the server’s words may come from the ${shownProxy(proxyCommand)}.`,
    cause: error,
  });
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
  const more = login.partial ? ` It took one factor, and wants more: ${login.left.join(' or ')}.` : '';
  const said = end.kind === 'failed' ? `: ${end.error.message}` : '';
  const message = cut
    ? `${where(route)} closed the connection before it let ${route.user} in with ${means}${said}.${more}`
    : `${where(route)} did not let ${route.user} in with ${means}.${more}`;
  const advice = adviceFor(login, cut);
  const tried = offered.length === 0 ? [] : [`Offered: ${offered.join(', ')}.`];
  const hint = [...notes, ...besides(login), advice, ...tried].join(' ');
  return new TransportError('authentication-failed', message, { hint, cause: login.failure ?? end.error });
}

function adviceFor({ offered, partial, attended, keysConfigured }: Login, cut: boolean): string {
  if (partial && attended) return 'What was answered was refused: it wants both a key and the right answer.';
  if (partial) return 'Besides the key it wants what only a person can give: pass an askSecret.';
  if (attended) return 'The answers were refused: are user and password right?';
  if (offered.length === 0)
    return keysConfigured
      ? 'No key was offered: the server, or PreferredAuthentications, asks for other ways to log in.'
      : 'There was no key to offer: make one with ssh-keygen and ssh-copy-id, or name one in identityFiles.';
  return cut
    ? 'It hears out only so many (MaxAuthTries): name the right key for it by IdentityFile, with IdentitiesOnly yes, in ~/.ssh/config.'
    : 'Is the public key in ~/.ssh/authorized_keys there?';
}

/** What a person could have answered. */
function besides({ left, attended, partial }: Login): string[] {
  const asks = left.some((method) => method === 'password' || method === 'keyboard-interactive');
  return asks && !attended && !partial
    ? ['It takes passwords, which only a person can give, by an askSecret.']
    : [];
}
