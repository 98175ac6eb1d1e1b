import { randomBytes } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import type { ClientChannel } from 'ssh2';
import type { Session } from '../connection/connection.js';
import { codeOf, TransportError } from '../errors.js';
import type { RunRequest, RunResult } from './exit.js';
import { follow } from './follow.js';
import { launch, noFolder, type LaunchShell } from './launch.js';
import { createStartMark } from './start-mark.js';
import { stoppedBy, stopScript } from './stop-script.js';

/** What a process needs of its node. */
export interface Channels {
  open(line: string, signal?: AbortSignal): Promise<Session>;
  /** For what must get through even when all other channels are taken. Undefined where the node gave no answer. */
  askSpare(line: string): Promise<string | undefined>;
}

/** A command that was cancelled before its start was seen gets this long to show its process group. */
const startPatienceMs = 5_000;

/** A command of our own. */
export interface OwnRequest extends RunRequest {
  /** What it leaves behind is ended, too. */
  sweep?: boolean;
}

/**
 * One command from start to end. Throws a TransportError where nothing ran (`shell-failed`, `no-such-folder` and what
 * opening a channel throws); all else is a RunResult. A login shell that has not come to the command after
 * `startTimeoutMs` hangs in its own start-up: the command is lost, for it may still begin.
 */
export async function runProcess(
  channels: Channels,
  shell: LaunchShell,
  request: OwnRequest,
  startTimeoutMs: number,
): Promise<RunResult> {
  if (request.signal?.aborted === true) return { exit: { kind: 'cancelled', stopped: 'yes' }, durationMs: 0 };
  const mark = randomBytes(8).toString('hex');
  const { line, payload } = launch(
    {
      command: request.command,
      hasStdin: request.stdin !== undefined,
      ...(request.cwd === undefined ? {} : { cwd: request.cwd }),
      ...(request.env === undefined ? {} : { env: request.env }),
    },
    shell,
    mark,
  );
  let session: Session;
  try {
    session = await channels.open(line, request.signal);
  } catch (error) {
    if (codeOf(error) === 'connection-lost') return { exit: { kind: 'lost' }, durationMs: 0 };
    if (codeOf(error) === 'cancelled') return { exit: { kind: 'cancelled', stopped: 'yes' }, durationMs: 0 };
    throw error;
  }
  return followSession(channels, session, request, { mark, payload }, startTimeoutMs);
}

/** Follows the command that `session` runs, from the payload on; its beginning is seen by `mark`. */
async function followSession(
  channels: Channels,
  session: Session,
  request: OwnRequest,
  { mark, payload }: { mark: string; payload: Buffer | undefined },
  startTimeoutMs: number,
): Promise<RunResult> {
  const { channel } = session;
  let group: number | undefined;
  let begun = false;
  let refused = false;
  let whenStarted: (() => void) | undefined;
  const marks = {
    stdout: createStartMark(mark, /^$/, begin),
    stderr: createStartMark(mark, new RegExp(`^(?:[0-9]+|${noFolder})$`), (rest) => {
      if (rest === noFolder) {
        refused = true;
        return;
      }
      group = Number(rest);
      begin();
      whenStarted?.();
    }),
  };
  /** Either mark says so: a start-up file may have sent the other stream away. */
  function begin() {
    if (begun) return;
    begun = true;
    clearTimeout(unstarted);
    following.started();
  }
  const startSeen = () =>
    new Promise<boolean>((seen) => {
      const timer = setTimeout(() => seen(false), startPatienceMs);
      whenStarted = () => (clearTimeout(timer), seen(true));
      void session.closed.then(() => (clearTimeout(timer), seen(group !== undefined)));
    });

  async function end() {
    if (group === undefined && !(await startSeen())) return refused ? 'yes' : 'unknown';
    return stoppedBy(await channels.askSpare(`exec sh -c '${stopScript(group ?? 0, mark)}'`));
  }

  const following = follow(
    {
      outputs: { stdout: channel, stderr: channel.stderr },
      own: (stream, chunk) => marks[stream].push(chunk),
      end,
      verdict(exit) {
        if (refused) throw noSuchFolder(session, request.cwd);
        if (exit === undefined) return { kind: 'lost' };
        if (!begun) throw notStarted(session, marks.stdout.noise() + marks.stderr.noise());
        return exit;
      },
      release() {
        clearTimeout(unstarted);
        channel.close();
      },
    },
    request,
  );
  const unstarted = setTimeout(() => following.lost(), startTimeoutMs);
  void session.exited.then(({ code, signal }) =>
    following.exited(
      code === null ? { kind: 'signaled', signal: signalName(signal) } : { kind: 'exited', code },
    ),
  );
  // With its end seen and its output read there is nothing to wait for; that the channel is closed comes a moment later.
  void Promise.all([session.exited, session.drained]).then(() => following.closed());
  void session.closed.then(() => following.closed());
  channel.on('error', () => undefined); // 'close' follows, and says what is known
  feed(channel, payload, request.stdin, (error) => following.inputFailed(error));
  const result = await following.result;
  if (request.sweep === true && result.exit.kind === 'exited') await end();
  return result;
}

function feed(
  channel: ClientChannel,
  payload: Buffer | undefined,
  stdin: RunRequest['stdin'],
  onFailure: (error: unknown) => void,
): void {
  if (payload !== undefined) channel.write(payload);
  if (stdin === undefined) {
    if (payload !== undefined) channel.end();
    return;
  }
  if (typeof stdin === 'string' || stdin instanceof Uint8Array) {
    channel.end(stdin);
    return;
  }
  const source = stdin;
  let failure: { error: unknown } | undefined;
  async function* read() {
    try {
      for await (const chunk of source) {
        // The channel's own complaint would look like that of a command that reads no further.
        if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array))
          throw new TypeError(
            `The standard input gave a ${typeof chunk}: it may give strings and Uint8Arrays.`,
          );
        yield chunk;
      }
    } catch (error) {
      failure = { error };
      throw error;
    }
  }
  // A command that ends without reading all of its input is no error; input that breaks off must not pass for its end.
  pipeline(read, channel).then(
    () => undefined,
    () => (failure === undefined ? channel.end() : onFailure(failure.error)),
  );
}

function signalName(signal: string | undefined): string {
  if (signal === undefined || signal === '') return 'unknown';
  return signal.startsWith('SIG') ? signal : `SIG${signal}`;
}

function noSuchFolder({ place }: Session, cwd: string | undefined): TransportError {
  return new TransportError(
    'no-such-folder',
    `${place} has no folder ${cwd ?? '~'} that its user can enter.`,
    {
      hint: 'Pass cwd: "~", or a folder that is there.',
    },
  );
}

function notStarted({ place }: Session, heard: string): TransportError {
  const words = heard.trim().slice(0, 300);
  return new TransportError(
    'shell-failed',
    `The login shell of ${place} did not start the command${words === '' ? '.' : `: ${words}`}`,
    {
      hint: 'Try ssh NODE true: a forced command, a full disk or the login shell’s own start-up files may be the cause.',
    },
  );
}
