import { randomBytes } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import type { ClientChannel } from 'ssh2';
import type { Session } from '../connection/connection.js';
import { codeOf, TransportError } from '../errors.js';
import type { Exit, OutputStream, RunRequest, RunResult } from './exit.js';
import { launch, noFolder, type LaunchShell } from './launch.js';
import { createStartMark } from './start-mark.js';
import { stopScript } from './stop-script.js';

/** What a process needs of its node. */
export interface Channels {
  open(line: string, signal?: AbortSignal): Promise<Session>;
  /** For what must get through even when all other channels are taken. Undefined where the node gave no answer. */
  askSpare(line: string): Promise<string | undefined>;
}

/** A background process may hold the command's output open: after its exit, silence this long is the end. */
const drainMs = 1_000;
/** A login shell that has not come to the command by now hangs in its own start-up. */
const startLimitMs = 60_000;
/** A command that was cancelled before its start was seen gets this long to show its process group. */
const startPatienceMs = 5_000;

/**
 * One command from start to end. Throws a TransportError where nothing ran (`shell-failed`, `no-such-folder` and what
 * opening a channel throws); all else is a RunResult.
 */
export async function runProcess(
  channels: Channels,
  shell: LaunchShell,
  request: RunRequest,
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
  return follow(channels, session, request, mark, payload);
}

function follow(
  channels: Channels,
  session: Session,
  request: RunRequest,
  mark: string,
  payload: Buffer | undefined,
): Promise<RunResult> {
  const { channel } = session;
  return new Promise((resolve, reject) => {
    let startedAt = 0;
    let group: number | undefined;
    let refusal: string | undefined;
    let ended: Exit | undefined;
    let stopping: 'timeout' | 'cancelled' | undefined;
    let done = false;
    let drain: NodeJS.Timeout | undefined;
    let deadline: NodeJS.Timeout | undefined;
    let whenStarted: (() => void) | undefined;
    /** A reader that failed: the command is ended, and this is told. */
    let readerFailure: unknown;
    /** Streams whose reader is behind: their silence says nothing. */
    let behind = 0;

    const outMark = createStartMark(mark, /^$/, () => undefined);
    const errMark = createStartMark(mark, new RegExp(`^(?:[0-9]+|${noFolder})$`), (rest) => {
      if (rest === noFolder) {
        refusal = rest;
        return;
      }
      clearTimeout(unstarted);
      group = Number(rest);
      startedAt = performance.now();
      if (request.timeoutMs !== undefined) {
        deadline = setTimeout(() => stop('timeout'), Math.min(request.timeoutMs, 0x7fffffff));
      }
      request.onStart?.();
      whenStarted?.();
    });

    const finish = (exit: Exit, error?: unknown) => {
      if (done) return;
      done = true;
      clearTimeout(drain);
      clearTimeout(deadline);
      clearTimeout(unstarted);
      request.signal?.removeEventListener('abort', onAbort);
      if (error !== undefined) return reject(error);
      return resolve({ exit, durationMs: startedAt === 0 ? 0 : performance.now() - startedAt });
    };

    const unstarted = setTimeout(() => {
      if (stopping !== undefined) return;
      channel.close();
      finish({ kind: 'lost' }); // it may still begin
    }, startLimitMs);

    // After the channel's end, or silence after the exit.
    const settle = () => {
      if (stopping !== undefined || done) return;
      if (refusal === noFolder) return finish({ kind: 'lost' }, noSuchFolder(request.cwd));
      if (ended === undefined) return finish({ kind: 'lost' });
      if (group === undefined) return finish(ended, notStarted(outMark.noise() + errMark.noise()));
      return finish(ended);
    };

    const stop = (why: 'timeout' | 'cancelled') => {
      if (stopping !== undefined || done) return;
      stopping = why;
      const end = async (): Promise<Exit> => {
        if (group === undefined && !(await startSeen()))
          return { kind: why, stopped: refusal === undefined ? 'unknown' : 'yes' };
        const said = await channels.askSpare(`exec sh -c '${stopScript(group ?? 0, mark)}'`);
        const stopped = /^stopped=(yes|no)$/m.exec(said ?? '')?.[1] as 'yes' | 'no' | undefined;
        return { kind: why, stopped: stopped ?? 'unknown' };
      };
      end().then(
        (exit) => {
          channel.close();
          finish(exit, readerFailure);
        },
        (error: unknown) => finish({ kind: 'lost' }, error),
      );
    };
    const startSeen = () =>
      new Promise<boolean>((seen) => {
        const timer = setTimeout(() => seen(false), startPatienceMs);
        whenStarted = () => (clearTimeout(timer), seen(true));
        void session.closed.then(() => (clearTimeout(timer), seen(group !== undefined)));
      });
    const onAbort = () => stop('cancelled');

    const listen = (
      stream: NodeJS.ReadableStream,
      name: OutputStream,
      filter: ReturnType<typeof createStartMark>,
    ) => {
      stream.on('data', (chunk: Buffer) => {
        if (drain !== undefined) drain.refresh();
        const own = filter.push(chunk);
        if (own === undefined || done) return;
        const wait = request.onOutput?.(name, own);
        if (wait === undefined) return;
        stream.pause();
        behind += 1;
        wait.then(
          () => {
            behind -= 1;
            drain?.refresh();
            stream.resume();
          },
          (error: unknown) => {
            readerFailure = error;
            stop('cancelled');
          },
        );
      });
    };
    listen(channel, 'stdout', outMark);
    listen(channel.stderr, 'stderr', errMark);

    void session.exited.then(({ code, signal }) => {
      ended = code === null ? { kind: 'signaled', signal: signalName(signal) } : { kind: 'exited', code };
      drain = setTimeout(() => {
        if (behind > 0) return; // begun again when the reader has caught up
        settle();
        channel.close();
      }, drainMs);
    });
    void session.closed.then(settle);
    channel.on('error', () => undefined); // 'close' follows, and says what is known
    request.signal?.addEventListener('abort', onAbort, { once: true });
    if (request.signal?.aborted === true) onAbort();
    feed(channel, payload, request.stdin);
  });
}

function feed(channel: ClientChannel, payload: Buffer | undefined, stdin: RunRequest['stdin']): void {
  if (payload !== undefined) channel.write(payload);
  if (stdin === undefined) {
    if (payload !== undefined) channel.end();
    return;
  }
  if (stdin instanceof Uint8Array) {
    channel.end(stdin);
    return;
  }
  // A command that ends without reading all of its input is no error; what matters is how it ended.
  pipeline(stdin, channel).then(
    () => undefined,
    () => channel.end(),
  );
}

function signalName(signal: string | undefined): string {
  if (signal === undefined || signal === '') return 'unknown';
  return signal.startsWith('SIG') ? signal : `SIG${signal}`;
}

function noSuchFolder(cwd: string | undefined): TransportError {
  return new TransportError(
    'no-such-folder',
    `The node has no folder ${cwd ?? '~'} that its user can enter.`,
    {
      hint: 'Pass cwd: "~", or a folder that is there.',
    },
  );
}

function notStarted(heard: string): TransportError {
  const words = heard.trim().slice(0, 300);
  return new TransportError(
    'shell-failed',
    `The node’s login shell did not start the command${words === '' ? '.' : `: ${words}`}`,
    {
      hint: 'Try ssh NODE true: a forced command, a full disk or the login shell’s own start-up files may be the cause.',
    },
  );
}
