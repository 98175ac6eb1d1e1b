import type { Exit, OutputStream, RunRequest, RunResult } from './exit.js';

/** A command under way, wherever it runs. */
export interface FollowedProcess {
  outputs: Readonly<Record<OutputStream, NodeJS.ReadableStream>>;
  /** What of a chunk is the command's own output; all of it where absent. */
  own?(stream: OutputStream, chunk: Buffer): Buffer | undefined;
  /** Ends it and all that it started, and looks whether it is gone. */
  end(): Promise<'yes' | 'no' | 'unknown'>;
  /** What became of it, now that there will be no more of its output; `exit` where its end was seen. Throws where nothing ran. */
  verdict(exit: Exit | undefined): Exit;
  /** Nothing of it is wanted any more. */
  release(): void;
}

/** Told what happens to the process, as it happens. */
export interface Following {
  result: Promise<RunResult>;
  /** It has begun: its time runs from here. */
  started(): void;
  /** It has ended; what it left behind may still hold the output open. */
  exited(exit: Exit): void;
  /** All of its output was read, or is gone. */
  closed(): void;
  /** Nobody will learn any more what becomes of it. */
  lost(): void;
  /** It cannot be started. */
  failed(error: Error): void;
  /** What it was to read broke off: it is ended, and this is told. */
  inputFailed(error: unknown): void;
}

/** A background process may hold the command's output open: after its exit, silence this long ends the reading. */
const drainMs = 1_000;
/** The longest that a timer of Node's can wait. */
const longestMs = 0x7fffffff;

/**
 * Hands on output as fast as it is read and no faster, and ends the command when its time is over, when it is cancelled, or
 * when its reader fails.
 */
export function follow(
  running: FollowedProcess,
  request: Pick<RunRequest, 'timeoutMs' | 'signal' | 'onOutput' | 'onStart'>,
): Following {
  let startedAt: number | undefined;
  let exit: Exit | undefined;
  let exitedAt: number | undefined;
  let stopping: 'timeout' | 'cancelled' | undefined;
  let done = false;
  /** The reading ended before the output did. */
  let outputOpen = false;
  let drain: NodeJS.Timeout | undefined;
  let deadline: NodeJS.Timeout | undefined;
  /** Of the caller's own doing, its reader or its input: the command is ended, and this is told. */
  let callerFailure: unknown;
  /** Streams whose reader is behind: their silence says nothing. */
  let behind = 0;
  let resolve: (result: RunResult) => void;
  let reject: (error: unknown) => void;
  const result = new Promise<RunResult>((onResult, onError) => {
    resolve = onResult;
    reject = onError;
  });

  function finish(how: Exit, error?: unknown): void {
    if (done) return;
    done = true;
    clearTimeout(drain);
    clearTimeout(deadline);
    request.signal?.removeEventListener('abort', onAbort);
    running.release();
    if (error !== undefined) return reject(error);
    const endedAt = how === exit ? exitedAt : undefined;
    return resolve({
      exit: how,
      durationMs: startedAt === undefined ? 0 : (endedAt ?? performance.now()) - startedAt,
      ...(outputOpen && how === exit && { outputOpen: true }),
    });
  }

  function settle(): void {
    if (stopping !== undefined || done) return;
    try {
      finish(running.verdict(exit));
    } catch (error) {
      finish({ kind: 'lost' }, error);
    }
  }

  function stop(why: 'timeout' | 'cancelled'): void {
    if (stopping !== undefined || done) return;
    stopping = why;
    running.end().then(
      (stopped) => finish({ kind: why, stopped }, callerFailure),
      // It ran: that it could not be ended must not be taken for that nothing ran.
      () => finish({ kind: why, stopped: 'unknown' }, callerFailure),
    );
  }
  const onAbort = () => stop('cancelled');

  function callerFailed(error: unknown): void {
    callerFailure ??= error;
    stop('cancelled');
  }

  /** The caller's code, called from within the connection's: what it throws must not go there. */
  function told<Value>(call: () => Value): Value | undefined {
    try {
      return call();
    } catch (error) {
      callerFailed(error);
      return undefined;
    }
  }

  function listen(name: OutputStream): void {
    const stream = running.outputs[name];
    stream.on('data', (chunk: Buffer) => {
      drain?.refresh();
      const own = running.own === undefined ? chunk : running.own(name, chunk);
      if (own === undefined || done) return;
      const wait = told(() => request.onOutput?.(name, own));
      if (wait === undefined) return;
      stream.pause();
      behind += 1;
      wait.then(() => {
        behind -= 1;
        drain?.refresh();
        stream.resume();
      }, callerFailed);
    });
  }
  listen('stdout');
  listen('stderr');
  request.signal?.addEventListener('abort', onAbort, { once: true });
  if (request.signal?.aborted === true) onAbort();

  return {
    result,
    started() {
      startedAt = performance.now();
      if (request.timeoutMs !== undefined)
        deadline = setTimeout(() => stop('timeout'), Math.min(request.timeoutMs, longestMs));
      told(() => request.onStart?.());
    },
    exited(how) {
      exit = how;
      exitedAt = performance.now();
      drain = setTimeout(() => {
        if (behind > 0) return; // begun again when the reader has caught up
        outputOpen = true;
        settle();
      }, drainMs);
    },
    closed: settle,
    lost() {
      if (stopping === undefined) finish({ kind: 'lost' });
    },
    failed: (error) => finish({ kind: 'lost' }, error),
    inputFailed: callerFailed,
  };
}
