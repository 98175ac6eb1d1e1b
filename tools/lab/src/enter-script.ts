import { quoteShell } from './quote.js';

/** What a session starts with where a command is forced on it. */
export interface EnterScript {
  /** The home that it makes for the session; the user's own where absent. */
  home: string | undefined;
  /**
   * How the command that the client asked for is run. `replaced`: the script becomes it, and nobody can tell. `wrapped`:
   * by a shell that the script waits for, as on sites that log commands or limit them.
   */
  asked: 'replaced' | 'wrapped';
}

/**
 * `replaced` only ever replaces itself, so the shell that runs the command keeps the process id that leads the session
 * and the process group, as without a forced command.
 *
 * SHLVL: bash reads ~/.bashrc when it is the first shell under sshd. The outer shell, which only starts this script,
 * is told by SHLVL that it is not; the one that runs the command is then the first.
 */
export function renderEnterScript({ home, asked }: EnterScript): string {
  return ['#!/bin/sh', ...(home === undefined ? [] : goHome(home)), ...ways[asked], ''].join('\n');
}

function goHome(home: string): string[] {
  return [`HOME=${quoteShell(home)}`, 'export HOME', 'cd "$HOME" || exit 255', 'unset SHLVL OLDPWD'];
}

const ways: Record<EnterScript['asked'], string[]> = {
  replaced: [
    'if [ "${SSH_ORIGINAL_COMMAND+given}" ]; then',
    '  asked=$SSH_ORIGINAL_COMMAND',
    '  unset SSH_ORIGINAL_COMMAND',
    '  exec "${SHELL:-/bin/sh}" -c "$asked"',
    'fi',
    'exec "${SHELL:-/bin/sh}" -l',
  ],
  wrapped: [
    'if [ "${SSH_ORIGINAL_COMMAND+given}" ]; then',
    '  "${SHELL:-/bin/sh}" -c "$SSH_ORIGINAL_COMMAND"',
    'else',
    '  "${SHELL:-/bin/sh}" -l',
    'fi',
    'ended=$?',
    'exit $ended',
  ],
};

/** Keeps the outer shell from reading ~/.bashrc; see `renderEnterScript`. */
export const outerShellLevel = 'SHLVL=7';

/** The line that becomes the script, for ForceCommand and its likes. */
export function enterLine(script: string): string {
  return `exec ${quoteShell(script)}`;
}
