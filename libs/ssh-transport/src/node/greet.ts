import { randomBytes } from 'node:crypto';
import type { Connection } from '../connection/connection.js';
import { TransportError } from '../errors.js';
import { ask } from './ask.js';
import type { Greeting } from './greeting.js';

const posixShells = new Set(['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh', 'ksh93', 'mksh', 'yash', 'busybox']);

/** What login shells read. A file that these read in turn is found to have changed within a day, by the age alone. */
const startUpFiles = [
  '/etc/profile /etc/profile.d /etc/environment',
  inHome('.profile .bash_profile .bash_login .bashrc .kshrc .cshrc .tcshrc .login'),
  inHome('.zshenv .zprofile .zshrc .zlogin'),
  inHome('.config/fish/config.fish .config/fish/conf.d .config/fish/fish_variables'),
].join(' ');

function inHome(names: string): string {
  return names.replaceAll(/\S+/g, '"$HOME/$&"');
}

/** No single quotes, backslashes, newlines or `!`: fish and csh read it as POSIX shells do. */
function greetScript(mark: string): string {
  return [
    `echo ${mark}`,
    'if read -r l 2>/dev/null </proc/$$/stat; then r=${l##*) }; set -- $r; g=$3; else g=$(ps -o pgid= -p $$); fi',
    'echo leader=$(( $$ == g ))',
    'echo kernel=$(uname -s)',
    'echo machine=$(uname -m)',
    'echo home="$HOME"',
    'echo login="$SHELL"',
    'echo cores=$(getconf _NPROCESSORS_ONLN 2>/dev/null || sysctl -n hw.ncpu 2>/dev/null)',
    'for c in bash setsid perl; do command -v $c >/dev/null 2>&1 && echo has_$c=1; done',
    'f="${XDG_CACHE_HOME:-$HOME/.cache}/cluster-execution/environment"',
    'echo file="$f"',
    `for r in ${startUpFiles}; do [ "$r" -nt "$f" ] && f=; done`,
    '[ -s "$f" ] && a="-mtime -1" || a="-mmin -60"',
    '[ -n "$(find "$f" $a 2>/dev/null)" ] && { [ -s "$f" ] && echo environment=kept || echo environment=none; }',
    `echo ${mark}`,
  ].join('; ');
}

/** Asks the node, once a connection, what its shell is like. Throws `shell-failed` where no shell answers. */
export async function greet(connection: Connection, timeoutMs: number): Promise<Greeting> {
  const mark = `hello-${randomBytes(6).toString('hex')}`;
  const answer = await ask(connection, `exec sh -c '${greetScript(mark)}'`, { timeoutMs });
  const said = answer.stdout.toString('utf8').split(`${mark}\n`);
  if (said.length < 3) {
    const heard = `${answer.stdout.toString('utf8')}${answer.stderr}`.trim().slice(0, 200);
    throw new TransportError(
      'shell-failed',
      `${connection.place} runs no shell for us${heard === '' ? '' : `: ${heard}`}`,
      {
        hint: 'A forced command or a login shell that takes no command stands in the way: try ssh NODE true.',
      },
    );
  }
  return readGreeting(said[1] ?? '');
}

/** Pure: the lines between the marks. */
export function readGreeting(text: string): Greeting {
  const facts = new Map(
    text.split('\n').map((line): [string, string] => {
      const at = line.indexOf('=');
      return at === -1 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
    }),
  );
  const fact = (name: string) => facts.get(name) ?? '';
  const cores = Number.parseInt(fact('cores'), 10);
  const login = fact('login');
  return {
    kernel: fact('kernel'),
    machine: fact('machine'),
    home: fact('home'),
    loginShell: login,
    ...(cores > 0 ? { cores } : {}),
    shell: facts.has('has_bash') ? 'bash' : 'sh',
    posixLogin: posixShells.has(login.slice(login.lastIndexOf('/') + 1)),
    group: fact('leader') === '1' ? 'given' : groupMaker(facts),
    environmentFile: fact('file'),
    environment: environmentOf(fact('environment')),
  };
}

function environmentOf(word: string): Greeting['environment'] {
  return word === 'kept' || word === 'none' ? word : 'unknown';
}

function groupMaker(facts: ReadonlyMap<string, string>): 'setsid' | 'perl' {
  if (facts.has('has_setsid')) return 'setsid';
  if (facts.has('has_perl')) return 'perl';
  throw new TransportError('shell-failed', 'The node’s server gives a command no process group of its own.', {
    hint: 'Install util-linux (setsid) or perl there, so that commands can be ended whole.',
  });
}
