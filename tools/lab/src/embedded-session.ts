import { spawn } from 'node:child_process';
import type { Connection, ServerChannel } from 'ssh2';
import { joinChannel } from './embedded-channel.js';
import { errorCode } from './lab-error.js';

export interface SessionPlace {
  shell: string;
  home: string;
  environment: Record<string, string>;
  /** Called with the process id of each command that was started. */
  onStart(pid: number): void;
}

/** Commands, and a shell without a terminal. Terminals, subsystems and the client's environment are refused. */
export function serveSessions(connection: Connection, place: SessionPlace): void {
  connection.on('session', (accept) => {
    const session = accept();
    let signalGroup: ((signal: NodeJS.Signals) => boolean) | undefined;
    session.once('exec', (acceptExec, _reject, { command }) => {
      signalGroup = run(acceptExec(), ['-c', command], place);
    });
    session.once('shell', (acceptShell) => {
      signalGroup = run(acceptShell(), ['-l'], place);
    });
    session.on('signal', (acceptSignal, rejectSignal, { name }) => {
      const known = allowedSignals.get(name.replace(/^SIG/, ''));
      // Both are missing where the client wants no answer, whatever their type says.
      const answer: (() => void) | undefined =
        known !== undefined && signalGroup?.(known) ? acceptSignal : rejectSignal;
      answer?.();
    });
  });
}

// RFC 4254, section 6.10.
const allowedSignals = new Map<string, NodeJS.Signals>([
  ['ABRT', 'SIGABRT'],
  ['ALRM', 'SIGALRM'],
  ['FPE', 'SIGFPE'],
  ['HUP', 'SIGHUP'],
  ['ILL', 'SIGILL'],
  ['INT', 'SIGINT'],
  ['KILL', 'SIGKILL'],
  ['PIPE', 'SIGPIPE'],
  ['QUIT', 'SIGQUIT'],
  ['SEGV', 'SIGSEGV'],
  ['TERM', 'SIGTERM'],
  ['USR1', 'SIGUSR1'],
  ['USR2', 'SIGUSR2'],
]);

/** Runs the user's shell at the head of a session of its own, and gives what signals its process group. */
function run(
  channel: ServerChannel,
  args: string[],
  place: SessionPlace,
): (signal: NodeJS.Signals) => boolean {
  const refuse = (error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    channel.stderr.write(`${place.shell}: ${reason}\n`);
    channel.exit(1); // what OpenSSH's server ends with where the shell cannot be started
    channel.end();
  };
  let child;
  try {
    child = spawn(place.shell, args, {
      cwd: place.home,
      env: place.environment,
      detached: true,
      stdio: 'pipe',
    });
  } catch (error) {
    refuse(error); // an argument list that is too long
    return () => false;
  }
  const { pid } = child;
  if (pid === undefined) {
    child.once('error', refuse);
    return () => false;
  }
  place.onStart(pid);
  joinChannel(channel, child);
  return (signal) => {
    if (child.exitCode !== null || child.signalCode !== null) return false;
    try {
      process.kill(-pid, signal);
      return true;
    } catch (error) {
      if (errorCode(error) === 'ESRCH') return false;
      throw error;
    }
  };
}
