import type { Duplex } from 'node:stream';
import type { Client, ClientChannel } from 'ssh2';
import { TransportError } from '../errors.js';
import type { ServerSoftware } from './server-software.js';

/** A channel that runs something. Its end is kept from the first moment: it may come in the same packet as the opening. */
export interface Session {
  channel: ClientChannel;
  /** The server, for messages. */
  place: string;
  /** Resolves when the server tells how the process ended; never where it does not. */
  exited: Promise<{ code: number | null; signal: string | undefined }>;
  /** Resolves when the server said that no more output comes, and all of it was read. It may never say so. */
  drained: Promise<void>;
  /** Resolves when the channel is closed and all that it carried was read. */
  closed: Promise<void>;
}

/** One authenticated SSH connection. Counts its channels; knows when it is gone. */
export interface Connection {
  /** Channels open or being opened. */
  readonly open: number;
  /** Streams to other hosts that go through it; they take none of the server's sessions. */
  readonly carried: number;
  readonly closed: boolean;
  /** How long it has been asked for a channel and has said nothing whatever since. */
  readonly silentMs: number;
  /** Nothing has begun on it or goes through it: what is asked of it may be asked elsewhere. */
  readonly untouched: boolean;
  /** The server, for messages. */
  readonly place: string;
  readonly software: ServerSoftware;
  readonly attended: boolean;
  /** Why it is gone, where that is known. */
  readonly reason: string | undefined;
  /**
   * Opens a channel that runs `line`. Rejects with `channel-refused` where the server has no session free (nothing
   * ran), with `connection-lost` where the connection is gone (nothing ran, unless `sent` is true on the error).
   */
  exec(line: string): Promise<Session>;
  /** The same to the server's SFTP. Rejects with `sftp-refused` where it offers none. */
  sftp(): Promise<Session>;
  /**
   * A stream to `host:port` as seen from the server. Rejects with `connection-closed` where the connection is gone, else
   * with ssh2's error, whose `reason` says why the server opens none (RFC 4254, 5.1).
   */
  forward(host: string, port: number): Promise<Duplex>;
  onClose(listener: () => void): void;
  close(): void;
  /** Gives up at once what is `untouched`: all that was asked of it rejects with `connection-closed`. */
  abandon(): void;
}

const goodbyeMs = 500;

/** Thrown when a connection ended after the request was sent: the command may have run. */
export class ConnectionLostError extends Error {
  readonly code = 'connection-lost';
}

/** What there is to know of a connection that its client does not say. */
export interface ConnectionFacts {
  place: string;
  software: ServerSoftware;
  /** Sent with each command; a server may take or leave it. */
  env: Readonly<Record<string, string>>;
  /** A person had to answer for it. */
  attended: boolean;
}

/** `stream` is what `client` speaks through. */
export function createConnection(client: Client, stream: Duplex, facts: ConnectionFacts): Connection {
  const { place, software, env, attended } = facts;
  let open = 0;
  let carried = 0;
  let closed = false;
  let reason: string | undefined;
  let abandoned = false;
  let heardAt = performance.now();
  /** When what has not been answered was asked. */
  const asked = new Set<{ at: number }>();
  const listeners = new Set<() => void>();

  function end(why?: string) {
    reason ??= why;
    if (closed) return;
    closed = true;
    for (const listener of listeners) listener();
    listeners.clear();
  }
  stream.on('data', () => {
    heardAt = performance.now();
  });
  client.on('error', (error) => {
    reason ??= error.message;
  });
  client.on('close', () => end());
  client.on('end', () => end('the server closed the connection'));

  /** `ask` asks for the channel; `refused` says what it means that the server opens one and then does not do as asked. */
  function start(
    ask: (opened: (error: Error | undefined, channel: ClientChannel) => void) => void,
    refused: (place: string, error: Error) => TransportError,
  ): Promise<Session> {
    if (closed) return Promise.reject(lost(false));
    open += 1;
    const own = { at: performance.now() };
    asked.add(own);
    return new Promise<Session>((resolve, reject) => {
      let settled = false;
      const settle = (act: () => void) => {
        if (settled) return;
        settled = true;
        listeners.delete(onGone);
        asked.delete(own);
        act();
      };
      const fail = (error: Error) => {
        open -= 1;
        reject(error);
      };
      const onGone = () => {
        if (abandoned) return settle(() => fail(lost(false)));
        // ssh2 tells the caller itself, and how far it had come; this is for where it does not.
        return void setTimeout(() => settle(() => fail(lost(true))), goodbyeMs);
      };
      listeners.add(onGone);
      const opened = (error: Error | undefined, channel: ClientChannel) => {
        settle(() => {
          if (error !== undefined)
            return fail(
              closed ? lost(wasSent(error), error) : (noSession(place, error) ?? refused(place, error)),
            );
          channel.once('close', () => {
            open -= 1;
          });
          return resolve(sessionOf(channel, place));
        });
      };
      try {
        ask(opened);
      } catch (error) {
        settle(() => fail(lost(false, error)));
        end(); // thrown only where there is no connection any more
      }
    });
  }

  function lost(sent: boolean, cause?: unknown): Error {
    const why = reason === undefined ? '' : `: ${reason}`;
    return sent
      ? new ConnectionLostError(`The connection to ${place} was lost${why}.`, { cause })
      : new TransportError('connection-closed', `The connection to ${place} is closed${why}.`, {
          hint: 'Nothing ran: call again.',
          cause,
        });
  }

  return {
    get open() {
      return open;
    },
    get carried() {
      return carried;
    },
    get closed() {
      return closed;
    },
    get silentMs() {
      const since = [...asked].find(({ at }) => at >= heardAt)?.at;
      return since === undefined ? 0 : performance.now() - since;
    },
    get untouched() {
      // What was asked for before the server was last heard may have been begun.
      return open === asked.size && carried === 0 && [...asked].every(({ at }) => at >= heardAt);
    },
    get reason() {
      return reason;
    },
    place,
    software,
    attended,
    exec: (line) => start((opened) => client.exec(line, { env }, opened), execRefused),
    sftp: () => start((opened) => client.subsys('sftp', opened), sftpRefused),
    forward: (host, port) =>
      new Promise((resolve, reject) => {
        try {
          client.forwardOut('127.0.0.1', 0, host, port, (error, channel) => {
            if (error !== undefined) return reject('reason' in error ? error : lost(false, error));
            carried += 1;
            channel.once('close', () => {
              carried -= 1;
            });
            // A socket that the other side has ended ends; a channel stays half open, and nothing on it would ever close.
            channel.once('end', () => channel.end());
            return resolve(channel);
          });
        } catch (error) {
          end(); // thrown only where there is no connection any more
          reject(lost(false, error));
        }
      }),
    onClose(listener) {
      if (closed) listener();
      else listeners.add(listener);
    },
    close() {
      client.end();
      // A server that is frozen never answers the goodbye.
      setTimeout(() => stream.destroy(), goodbyeMs).unref();
      end('closed by us');
    },
    abandon() {
      abandoned = true;
      end('it fell silent');
      stream.destroy();
    },
  };
}

function sessionOf(channel: ClientChannel, place: string): Session {
  return {
    channel,
    place,
    exited: new Promise((resolve) => {
      channel.once('exit', (code: number | null, signal?: string) => resolve({ code, signal }));
    }),
    drained: both(channel, 'end'),
    closed: both(channel, 'close'),
  };
}

/** ssh2 tells the end of the one stream apart from that of the other: a slow reader may have left more in either. */
async function both(channel: ClientChannel, event: 'end' | 'close'): Promise<void> {
  const told = (stream: NodeJS.EventEmitter) => new Promise((resolve) => stream.once(event, resolve));
  await Promise.all([told(channel), told(channel.stderr)]);
}

/**
 * ssh2 asks for a channel first, and for the command only once it has one. That it says so in these words means that the
 * command was asked for; in any other, that the server never heard of it.
 */
function wasSent(error: Error): boolean {
  return error.message === 'Unable to exec';
}

/** `reason` is set on a refused open (RFC 4254, 5.1); its absence means that the request on the channel failed. */
function noSession(place: string, error: Error): TransportError | undefined {
  if (!('reason' in error)) return undefined;
  return new TransportError('channel-refused', `${place} refused a session: ${error.message}`, {
    hint: 'Its sshd gives a connection MaxSessions of them, and none with 0: see there in sshd_config.',
    cause: error,
  });
}

function execRefused(place: string, error: Error): TransportError {
  return new TransportError('shell-failed', `${place} refused to run a command: ${error.message}`, {
    hint: 'The account may not be allowed to run commands there (see ForceCommand and the user’s shell).',
    cause: error,
  });
}

function sftpRefused(place: string, error: Error): TransportError {
  return new TransportError('sftp-refused', `${place} offers no SFTP, so files cannot be moved.`, {
    hint: 'Give its sshd_config the line "Subsystem sftp internal-sftp", or send the file by standard input: cat >FILE.',
    cause: error,
  });
}
