import { parseDestination } from './destination.js';
import type { Draft, Place, StrictHostKeyChecking } from './draft.js';
import { InvalidValue } from './error.js';
import { matchesPattern } from './patterns.js';
import { parseCount, parseFlag, parsePort, parseSeconds, parseWord } from './values.js';

/** Sets what one line says, where its block applies to the host. */
export type Apply = (draft: Draft) => void;

export interface DirectiveLine extends Place {
  words: readonly string[];
  /** everything behind the keyword, for the directives that take the line as it stands */
  text: string;
}

type Directive = (line: DirectiveLine) => Apply;

const CHECKING: Record<string, StrictHostKeyChecking> = {
  yes: 'yes',
  true: 'yes',
  no: 'no',
  false: 'no',
  off: 'no',
  ask: 'ask',
  'accept-new': 'accept-new',
};

/** The last two say which messages ssh sends, and nothing of which keys it offers. */
const PUBKEY = { yes: true, true: true, no: false, false: false, unbound: true, 'host-bound': true } as const;

/** The directives we honour. Each checks its value when the file is read, whether or not it will apply. */
export const HONOURED: Readonly<Record<string, Directive>> = {
  hostname: (line) => {
    const value = { ...place(line), value: onlyWord(line) };
    return (draft) => (draft.hostName ??= value);
  },
  port: single(parsePort, (draft, port) => (draft.port ??= port)),
  user: single(String, (draft, user) => (draft.user ??= user)),
  tag: single(String, (draft, tag) => (draft.tag ??= tag)),
  identityfile: addingUp('identityFiles', 'identity files'),
  certificatefile: addingUp('certificateFiles', 'certificate files'),
  identitiesonly: single(parseFlag, (draft, flag) => (draft.identitiesOnly ??= flag)),
  identityagent: (line) => {
    const value = { ...place(line), value: onlyWord(line) };
    return (draft) => (draft.identityAgent ??= value);
  },
  proxyjump: proxyJump,
  proxycommand: (line) => {
    const value = { ...place(line), value: line.text, kind: 'command' as const };
    return (draft) => {
      // As in OpenSSH: `ProxyJump none` does not stand in the way of a later ProxyCommand.
      const cleared = draft.proxy?.kind === 'jump' && isNone(draft.proxy.value);
      if (draft.proxy === undefined || cleared) draft.proxy = value;
    };
  },
  userknownhostsfile: (line) => {
    const values = fileList(line);
    return (draft) => (draft.userKnownHostsFiles ??= values);
  },
  globalknownhostsfile: (line) => {
    const values = fileList(line);
    return (draft) => (draft.globalKnownHostsFiles ??= values);
  },
  hashknownhosts: single(parseFlag, (draft, flag) => (draft.hashKnownHosts ??= flag)),
  stricthostkeychecking: single(
    (word) => parseWord(word, CHECKING),
    (draft, value) => (draft.strictHostKeyChecking ??= value),
  ),
  hostkeyalias: single(String, (draft, alias) => (draft.hostKeyAlias ??= alias)),
  // `none` leaves these unset, so that a later line may still set them: what ssh does.
  connecttimeout: single(parseSeconds, (draft, seconds) => {
    if (seconds !== undefined) draft.connectTimeoutSeconds ??= seconds;
  }),
  serveraliveinterval: single(parseSeconds, (draft, seconds) => {
    if (seconds !== undefined) draft.serverAliveIntervalSeconds ??= seconds;
  }),
  serveralivecountmax: single(parseCount, (draft, count) => (draft.serverAliveCountMax ??= count)),
  addressfamily: single(
    (word) => parseWord(word, { any: 'any', inet: 'inet', inet6: 'inet6' } as const),
    (draft, family) => (draft.addressFamily ??= family),
  ),
  preferredauthentications: single(
    (word) => word.toLowerCase().split(','),
    (draft, methods) => (draft.preferredAuthentications ??= methods),
  ),
  pubkeyauthentication: single(
    (word) => parseWord(word, PUBKEY),
    (draft, flag) => (draft.pubkeyAuthentication ??= flag),
  ),
  passwordauthentication: single(parseFlag, (draft, flag) => (draft.passwordAuthentication ??= flag)),
  kbdinteractiveauthentication: single(
    parseFlag,
    (draft, flag) => (draft.kbdInteractiveAuthentication ??= flag),
  ),
  batchmode: single(parseFlag, (draft, flag) => (draft.batchMode ??= flag)),
  numberofpasswordprompts: single(parseCount, (draft, count) => (draft.numberOfPasswordPrompts ??= count)),
  setenv: setEnv,
  sendenv: sendEnv,
};

/** Old and Debian's other names for the same directives. */
export const SYNONYMS: Readonly<Record<string, string>> = {
  identityfile2: 'identityfile',
  protocolkeepalives: 'serveraliveinterval',
  setuptimeout: 'serveraliveinterval',
  challengeresponseauthentication: 'kbdinteractiveauthentication',
};

function single<Value>(parse: (word: string) => Value, set: (draft: Draft, value: Value) => void): Directive {
  return (line) => {
    const value = parse(onlyWord(line));
    return (draft) => set(draft, value);
  };
}

export function onlyWord({ words }: Pick<DirectiveLine, 'words'>): string {
  const [word, extra] = words;
  if (word === undefined || word === '') throw new InvalidValue('missing argument');
  if (extra !== undefined) throw new InvalidValue('extra arguments at end of line');
  return word;
}

export function isNone(value: string): boolean {
  return value.toLowerCase() === 'none';
}

function place({ file, line }: Place): Place {
  return { file, line };
}

/** Each line adds a file to those before it. */
function addingUp(list: 'identityFiles' | 'certificateFiles', what: string): Directive {
  return (line) => {
    const value = { ...place(line), value: onlyWord(line) };
    return (draft) => {
      if (draft[list].some((file) => file.value === value.value)) return;
      if (draft[list].length === 100) throw new InvalidValue(`too many ${what} (100 at most)`);
      draft[list].push(value);
    };
  };
}

function proxyJump(line: DirectiveLine): Apply {
  const text = line.text.replace(/#.*$/, '').trim();
  if (!isNone(text)) {
    // Tokens stand for names later, so they are only checked to be in a place where a name can stand.
    for (const hop of text.split(',')) parseDestination(hop.replaceAll(/%./g, 'x'));
  }
  const value = { ...place(line), value: text, kind: 'jump' as const };
  return (draft) => {
    draft.proxy ??= value;
  };
}

function fileList(line: DirectiveLine): { file: string; line: number; value: string }[] {
  if (line.words.length > 1 && line.words.some(isNone)) {
    throw new InvalidValue('the argument "none" must appear alone');
  }
  return line.words.map((value) => {
    if (value === '') throw new InvalidValue('missing argument');
    return { ...place(line), value };
  });
}

function setEnv(line: DirectiveLine): Apply {
  const values: Record<string, string> = {};
  for (const word of line.words) {
    const equals = word.indexOf('=');
    if (equals === -1) throw new InvalidValue(`invalid SetEnv '${word}', expected NAME=VALUE`);
    values[word.slice(0, equals)] ??= word.slice(equals + 1);
  }
  return (draft) => (draft.setEnv ??= values);
}

function sendEnv(line: DirectiveLine): Apply {
  for (const word of line.words) {
    if (word === '' || word.includes('=')) throw new InvalidValue(`invalid environment name '${word}'`);
  }
  return (draft) => {
    for (const word of line.words) {
      if (word.startsWith('-')) {
        draft.sendEnv = draft.sendEnv.filter((name) => !matchesPattern(name, word.slice(1)));
      } else if (!draft.sendEnv.includes(word)) {
        draft.sendEnv.push(word);
      }
    }
  };
}
