import type { DownloadRequest, TransferResult, UploadRequest } from '../files/request.js';
import { createTransfers } from '../files/transfers.js';
import { codeOf } from '../errors.js';
import type { Link } from '../connection/link.js';
import { checkRequest } from '../process/check-request.js';
import type { RunRequest, RunResult } from '../process/exit.js';
import type { LaunchShell } from '../process/launch.js';
import { runProcess, type OwnRequest } from '../process/run-process.js';
import { greet } from './greet.js';
import type { Greeting } from './greeting.js';
import { bareShell, createPreparedShell } from './prepared-shell.js';

export interface NodeOptions {
  /** Names the node and its user; no other node has the same. */
  name: string;
  /** For messages. */
  host: string;
  /** `user`: what the node user's interactive login shell sets. `plain`: what the server gives. */
  environment: 'user' | 'plain';
  greetTimeoutMs: number;
  captureTimeoutMs: number;
  startTimeoutMs: number;
  /** How often a node in use is looked at for start-up files that have changed. */
  environmentCheckMs: number;
  /** Something that does not stop a command but that somebody should know. */
  onNotice(message: string): void;
}

/** One node as its user: the shared connections, and what was found out about its shell. */
export interface RemoteNode {
  run(request: RunRequest): Promise<RunResult>;
  upload(request: UploadRequest): Promise<TransferResult>;
  download(request: DownloadRequest): Promise<TransferResult>;
  greeting(): Promise<Greeting>;
  readonly connections: number;
  close(): void;
}

export function createRemoteNode(link: Link, options: NodeOptions): RemoteNode {
  let greeted: Promise<Greeting> | undefined;

  /** Asked once; a failure is not remembered. */
  function greeting(): Promise<Greeting> {
    greeted ??= link
      .connected()
      .then((connection) => greet(connection, options.greetTimeoutMs))
      .catch((error: unknown) => {
        greeted = undefined;
        throw error;
      });
    return greeted;
  }

  const preparedShell = createPreparedShell(greeting, {
    greet() {
      greeted = undefined;
      return greeting();
    },
    run: (shell) => (command, stdin) =>
      collect(shell, {
        command,
        ...(stdin === undefined ? {} : { stdin }),
        timeoutMs: options.captureTimeoutMs,
        sweep: true,
      }),
    checkMs: options.environmentCheckMs,
    onNotice: (message) => options.onNotice(message),
  });

  async function collect(
    shell: LaunchShell,
    request: Pick<OwnRequest, 'command' | 'stdin' | 'signal' | 'timeoutMs' | 'sweep'>,
  ): Promise<string | undefined> {
    const chunks: Buffer[] = [];
    const own: OwnRequest = {
      ...request,
      onOutput: (stream, chunk) => void (stream === 'stdout' && chunks.push(chunk)),
    };
    const { exit } = await runProcess(link, shell, own, options.startTimeoutMs);
    return exit.kind === 'exited' && exit.code === 0 ? Buffer.concat(chunks).toString('utf8') : undefined;
  }

  const transfers = createTransfers({
    name: options.name,
    host: options.host,
    greetTimeoutMs: options.greetTimeoutMs,
    openSftp: (signal) => link.openSftp(signal),
    async run(command, signal) {
      try {
        return await collect(bareShell(await greeting()), { command, signal });
      } catch (error) {
        if (codeOf(error) === 'shell-failed') return undefined; // an account for SFTP alone
        throw error;
      }
    },
  });

  return {
    ...transfers,
    async run(request) {
      checkRequest(request);
      const plain = request.plain === true || options.environment === 'plain';
      const looked = plain ? greeting().then(bareShell) : preparedShell();
      const shell = await unlessAborted(looked, request.signal);
      if (shell === undefined) return { exit: { kind: 'cancelled', stopped: 'yes' }, durationMs: 0 };
      return runProcess(link, shell, request, options.startTimeoutMs);
    },
    greeting,
    get connections() {
      return link.connections;
    },
    close: () => link.close(),
  };
}

/** What `work` gives; undefined where `signal` is aborted first: the work goes on for others who want it too. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T | undefined> {
  if (signal === undefined) return work;
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<undefined>((resolve) => {
    onAbort = () => resolve(undefined);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
