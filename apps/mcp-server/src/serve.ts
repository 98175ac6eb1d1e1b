import * as nodeModule from 'node:module';
import { instructions } from './instructions.js';
import { createLazy } from './lazy.js';
import { createLog, describeError, type Log } from './log.js';
import { connect, type Connection } from './sdk-adapter.js';
import type { ToolBox } from './tool-box.js';

const wrongConfiguration = 2;
/** Ending takes at most this long; what is left then is said in the log. */
const endMs = 9_000;
/** Calls that wait for something else than a command are not waited for longer. */
const answerMs = 1_000;
const watchMs = 1_000;

/**
 * Serves until standard input ends or a signal comes; then ends the process. The cluster is opened once the client
 * has its answer to `initialize`: what that needs takes longer to load than the rest of the start.
 */
export async function serve(options: { version: string; config?: string }): Promise<void> {
  const log = createLog(
    (line) => process.stderr.write(line),
    () => new Date(),
  );
  watchProcess(log);
  const box = createLazy(async () => {
    const { openToolBox } = await import('./tool-box.js');
    const opened = await openToolBox({
      log,
      ...(options.config === undefined ? {} : { config: options.config }),
    });
    log.level = opened.logLevel;
    log.write('info', `cluster-execution-mcp ${options.version} is ready`);
    return opened;
  });
  const tools = () => box.open().catch((error: unknown) => refuseToServe(error, log));

  const ending = createEnding(log);
  const connection = await connect({
    name: 'cluster-execution-mcp',
    title: 'Cluster execution',
    version: options.version,
    instructions,
    tools,
    onInitialized: () => void tools().then((opened) => watch(opened, connection, log)),
    onClosed: () => ending.begin('The connection was closed'),
    onProblem: (message) => log.write('warning', message),
  });
  ending.prepare(async () => {
    // Somebody who tries the configuration with an empty input wants to hear of it too.
    const opened = await tools();
    await opened.close();
    await Promise.race([connection.answered(), passed(answerMs)]);
    await connection.close();
  });
}

/** A configuration that cannot be used: nothing is served. */
function refuseToServe(error: unknown, log: Log): never {
  const { message, code } = describeError(error);
  log.write('error', message, code === undefined ? {} : { code });
  process.exit(wrongConfiguration);
}

/** The list of tools names the nodes: tells the client when it has changed. */
function watch(box: ToolBox, connection: Connection, log: Log): void {
  nodeModule.flushCompileCache();
  const listed = () => JSON.stringify(box.list().map(({ description }) => description));
  let last = listed();
  const look = () => {
    log.level = box.logLevel;
    const now = listed();
    if (now === last) return;
    last = now;
    connection
      .toolsChanged()
      .catch((error: Error) => log.write('warning', `The client could not be told: ${error.message}`));
  };
  setInterval(look, watchMs).unref();
}

interface Ending {
  begin(why: string): void;
  /** From here on the end of the client, or a signal, ends the process; `close` comes before. */
  prepare(close: () => Promise<void>): void;
}

/** Standard input's end is how a client says goodbye; signals are how people do. A second signal ends at once. */
function createEnding(log: Log): Ending {
  let begun = false;
  let close = () => Promise.resolve();
  const begin = (why: string) => {
    if (begun) return;
    begun = true;
    log.write('info', `${why}: ending`);
    setTimeout(() => {
      log.write('error', 'Not everything could be ended in time; task_list of the next session tells.');
      process.exit(1);
    }, endMs).unref();
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.write('error', describeError(error).message);
        process.exit(1);
      },
    );
  };
  return {
    begin,
    prepare(given) {
      close = given;
      process.stdin.once('end', () => begin('Standard input has ended'));
      process.stdin.once('close', () => begin('Standard input was closed'));
      // The client is gone: nobody reads what we would say.
      process.stdout.on('error', () => begin('Standard output was closed'));
      for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
        process.on(signal, () => {
          if (begun) process.exit(1);
          begin(signal);
        });
      }
    },
  };
}

/** What is nobody's fault in particular must not end the others' commands; and all that is said is said as JSON. */
function watchProcess(log: Log): void {
  process.on('unhandledRejection', (error) =>
    log.write('error', `Not handled: ${describeError(error).message}`, stackOf(error)),
  );
  process.on('uncaughtException', (error) =>
    log.write('error', `Not caught: ${describeError(error).message}`, stackOf(error)),
  );
  // Where nobody reads the log any more there is nobody to tell.
  process.stderr.on('error', () => undefined);
  process.removeAllListeners('warning');
  process.on('warning', ({ name, message }) => log.write('debug', `${name}: ${message}`));
}

function stackOf(error: unknown): { stack?: string } {
  return error instanceof Error && error.stack !== undefined ? { stack: error.stack } : {};
}

function passed(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
