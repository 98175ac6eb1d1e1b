import { isKnown } from '../words/marks.js';
import { nameSet, readArguments } from './arguments.js';
import type { Arg, Call } from './call.js';
import type { Machine } from './machine.js';
import { promptScript } from './shell-scope.js';
import { forkShell, inFrame, type Shell } from './shell.js';

/** Options whose value a program hands to a shell. One line each. */
const options: ReadonlyMap<string, string> = new Map(
  Object.entries({
    tar: '--to-command --use-compress-program -I --info-script --new-volume-script -F --rsh-command --rmt-command',
    rsync: '-e --rsh --rsync-path',
    scp: '-S',
    sftp: '-S',
    man: '-P --pager -H',
    zip: '-TT --unzip-command',
    sort: '--compress-program',
    split: '--filter',
    tcpdump: '-z',
    git: '--upload-pack --receive-pack -x --extcmd --exec -O --open-files-in-pager',
    wget: '--use-askpass',
    mysql: '--pager',
    logrotate: '-m --mail',
    mutt: '-e',
    openvpn: '--up --down --route-up --ipchange --tls-verify --auth-user-pass-verify --client-connect',
    flatpak: '--command',
  }),
);

/** `key=text` words, with or without an option in front, whose text runs. */
const keyed =
  /^(?:-o|--?[\w-]+=)?(?:exec|ProxyCommand|LocalCommand|RemoteCommand|KnownHostsCommand|(?:core\.(?:pager|editor|sshCommand|fsmonitor|askPass|gitProxy)|pager\.\w+|sequence\.editor|diff\.external|diff\.[\w-]+\.(?:command|textconv)|gpg\.program|gpg\.\w+\.program|credential(?:\.\S+)?\.helper|alias\.[\w-]+|filter\.[\w-]+\.(?:clean|smudge|process)|merge\.[\w-]+\.driver|mergetool\.[\w-]+\.cmd|difftool\.[\w-]+\.cmd|interactive\.diffFilter|uploadpack\.packObjectsHook|remote\.[\w-]+\.(?:uploadpack|receivepack)|(?:APT|DPkg|Dpkg)::[\w:-]+|script-shell|scripts\.[\w:-]+|SHELL))(?:=|\s+)([\s\S]+)$/u;

/** Variables whose value a program runs as a command. */
const variables =
  /^(?:PAGER|MANPAGER|GIT_PAGER|BAT_PAGER|AWS_PAGER|SYSTEMD_PAGER|PSQL_PAGER|EDITOR|VISUAL|GIT_EDITOR|SUDO_EDITOR|SYSTEMD_EDITOR|KUBE_EDITOR|GIT_SEQUENCE_EDITOR|GIT_SSH_COMMAND|GIT_SSH|GIT_ASKPASS|SSH_ASKPASS|SUDO_ASKPASS|GIT_EXTERNAL_DIFF|GIT_PROXY_COMMAND|RSYNC_RSH|CVS_RSH|PROMPT_COMMAND|PS0|PS1|PS4|LESSOPEN|LESSCLOSE|BROWSER|MAILER|FZF_DEFAULT_COMMAND|TAR_OPTIONS|SHELL|MAKEFLAGS|BASH_ENV|ENV|npm_config_script_shell|PERL5DB|WATCH_COMMAND)$/u;

/** Follows text that a program's options, settings or environment make it run. */
export function followHooks(machine: Machine, call: Call, shell: Shell): void {
  const run = (text: string, arg: Pick<Arg, 'span'>, frame: string): void => {
    const plain = text.replace(/^[!|]/u, '').trim();
    if (plain === '' || !isKnown(plain.charAt(0))) return;
    machine.runText(plain, inFrame(forkShell(shell), frame, { source: 'code' }), arg.span, undefined);
  };
  for (const [name, value] of call.variables)
    if (name.startsWith('BASH_FUNC_')) run(`f${value}; f`, call, name);
    else if (/^GIT_CONFIG_VALUE_\d+$/u.test(name)) {
      const key = call.variables.get(name.replace('VALUE', 'KEY')) ?? '';
      const text = keyed.exec(`${key}=${value}`)?.[1];
      if (text !== undefined) run(text, call, key);
    } else if (variables.test(name))
      run(`${substituted(name, value)}${edited(name, call)}`, call, `${name}=`);
  if (/^(?:export|declare|typeset)$/u.test(call.program)) {
    for (const arg of call.args) {
      const [name = '', ...rest] = arg.text.split('=');
      if (variables.test(name)) run(substituted(name, rest.join('=')), arg, `${name}=`);
    }
  }
  const names = options.get(call.program);
  if (names !== undefined && names !== '') {
    const set = nameSet(names);
    for (const { name, value } of readArguments(call.args, set).options) {
      if (value !== undefined && set.has(name)) run(value.text, value, `${call.program} ${name}`);
    }
  }
  call.args.forEach((arg, i) => {
    // `-o ProxyCommand=x`, `-c core.pager=x`, `config core.fsmonitor x`, `-o 'ProxyCommand x'`
    const next = call.args[i + 1]?.text;
    const pair =
      /^[\w.-]+$/u.test(arg.text) && next !== undefined && hasSettings.test(call.program)
        ? `${arg.text}=${next}`
        : arg.text;
    const text = hasSettings.test(call.program) ? keyed.exec(pair)?.[1] : undefined;
    if (text !== undefined) run(text, arg, `${call.program} ${pair.split(/[=\s]/u)[0] ?? ''}`);
  });
}

/** The file that an editor is started on where the program says which. */
const edited = (name: string, call: Call): string =>
  !/EDITOR$|^VISUAL$/u.test(name)
    ? ''
    : call.program === 'visudo'
      ? ' /etc/sudoers'
      : /^vi(?:pw|gr)$/u.test(call.program)
        ? ' /etc/passwd'
        : '';

const hasSettings = /^(?:git|ssh|scp|sftp|autossh|tar|gtar|apt-get|apt|npm|make|gmake|sshfs)$/u;

/** A prompt is expanded, not run: only its substitutions are. */
const substituted = (name: string, value: string): string =>
  /^PS\d$/u.test(name) ? promptScript(value) : value;
