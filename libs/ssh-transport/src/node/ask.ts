import type { Connection } from '../connection/connection.js';
import { codeOf, TransportError } from '../errors.js';

export interface Answer {
  stdout: Buffer;
  stderr: string;
  code: number | undefined;
}

/** Runs one of our own short scripts over `connection` and gives back all that it printed. */
export async function ask(
  connection: Connection,
  line: string,
  options: { timeoutMs: number; input?: Buffer },
): Promise<Answer> {
  const { channel, exited, closed } = await connection.exec(line).catch((error: unknown) => {
    throw isGone.has(codeOf(error) ?? '') ? lostMeanwhile(connection, error) : error;
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  channel.on('data', (chunk: Buffer) => stdout.push(chunk));
  channel.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  channel.on('error', () => undefined); // 'close' follows
  channel.end(options.input);
  let code: number | undefined;
  void exited.then((exit) => {
    code = exit.code ?? undefined;
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      channel.close();
      reject(
        new TransportError(
          'shell-failed',
          `${connection.place} did not answer a question in ${options.timeoutMs} ms.`,
          {
            hint: 'Try ssh NODE true: start-up files of the login shell that wait for something, or a node far too busy, may be the cause.',
          },
        ),
      );
    }, options.timeoutMs);
  });
  try {
    await Promise.race([closed, late]);
  } finally {
    clearTimeout(timer);
  }
  if (code === undefined && connection.closed) throw lostMeanwhile(connection);
  return { stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString('utf8'), code };
}

const isGone = new Set(['connection-lost', 'connection-closed']);

function lostMeanwhile({ place }: Connection, cause?: unknown): TransportError {
  return new TransportError(
    'handshake-failed',
    `The connection to ${place} was lost while it was looked at.`,
    {
      hint: 'The server may be overloaded or restarting; try again.',
      cause,
    },
  );
}
