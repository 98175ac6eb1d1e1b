import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type Server as TcpServer, type Socket } from 'node:net';
import type { AuthContext, ParsedKey } from 'ssh2';
import { serveSessions } from './embedded-session.js';
import { errorCode, LabError } from './lab-error.js';
import { createNodeProcesses } from './node-processes.js';
import { isAlive, readProcess, type ProcessIdentity } from './process-table.js';

export interface EmbeddedServerOptions {
  /** A loopback address; any other is refused. */
  host: string;
  /** Default: one that is free. */
  port?: number;
  /** Private host key, in OpenSSH's format. */
  hostKey: string;
  /** The one public key that is let in: `ssh-ed25519 BASE64 …`. */
  authorizedKey: string;
  /** Where sessions start, and their HOME. Must exist. */
  home: string;
  /** The one user name that is let in; commands run as the current user whatever it says. */
  user: string;
  /** Added to the sessions' environment. */
  env?: Record<string, string>;
  /** Default: SHELL, else /bin/sh. */
  shell?: string;
}

/** An SSH server in this process whose commands really run on this machine. */
export interface EmbeddedServer {
  readonly host: string;
  readonly port: number;
  /** Nobody is listened to any more, every connection is cut and every command killed. Can be called again. */
  close(): Promise<void>;
  /** Connections are cut; commands live on, with their pipes closed. */
  dropConnections(): void;
  /** Connections open and nothing is answered; commands are stopped. */
  freeze(): void;
  thaw(): void;
  /** What sessions started and is alive. */
  processes(): number[];
  /** For the exit of the process: kills at once and waits for nothing. */
  killNow(): void;
  log(): string;
}

/** Throws `LabError` `not-loopback`, `no-free-port`. */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const { host, home, user } = options;
  if (!/^(127(\.\d{1,3}){3}|::1)$/.test(host)) {
    throw new LabError('not-loopback', `an embedded server listens on loopback only, not on ${host}`);
  }
  const { default: ssh2 } = await import('ssh2'); // takes a while, and most of the lab does without
  const lines: string[] = [];
  const note = (line: string) => lines.push(`${new Date().toISOString()} ${line}\n`);
  const allowedKey = parseKey(ssh2.utils.parseKey(options.authorizedKey));
  const mark = `CLUSTERLAB_TOKEN=${randomBytes(9).toString('hex')}`;
  const shell = options.shell ?? process.env['SHELL'] ?? '/bin/sh';
  let commands: ProcessIdentity[] = [];
  const own = createNodeProcesses({ id: `${user}@${host}`, roots: () => commands, mark, home });

  const ssh = new ssh2.Server({ hostKeys: [options.hostKey] }, (connection, client) => {
    note(`connection from ${client.ip} port ${client.port}`);
    connection.on('error', (error) => note(`connection from port ${client.port}: ${error.message}`));
    connection.on('authentication', (attempt) => authenticate(attempt, user, allowedKey, note));
    connection.once('ready', () => serveSessions(connection, placeFor(client)));
  });
  const placeFor = (client: { ip: string; port: number }) => ({
    shell,
    home,
    environment: {
      ...sessionEnvironment(options, shell, client, listener),
      [mark.slice(0, mark.indexOf('='))]: mark.slice(mark.indexOf('=') + 1),
    },
    onStart(pid: number) {
      const entry = readProcess(pid);
      commands = commands.filter(isAlive);
      if (entry) commands.push(entry);
    },
  });

  const sockets = new Set<Socket>();
  const unanswered = new Set<Socket>();
  let frozen = false;
  const listener = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    if (!frozen) return ssh.injectSocket(socket);
    unanswered.add(socket);
    socket.once('error', (error) => note(`unanswered connection: ${error.message}`));
    return undefined;
  });
  const port = await listen(listener, host, options.port ?? 0);
  note(`listening on ${host} port ${port}`);

  function cutConnections(): void {
    for (const socket of sockets) socket.resetAndDestroy();
  }
  let closing: Promise<void> | undefined;
  async function close(): Promise<void> {
    const closed = new Promise<void>((resolve, reject) => {
      listener.close((error) => (error ? reject(error) : resolve()));
    });
    cutConnections();
    await own.kill();
    cutConnections(); // what came in between
    await closed;
  }
  return {
    host,
    port,
    close() {
      closing ??= close();
      return closing;
    },
    dropConnections: cutConnections,
    freeze() {
      frozen = true;
      for (const socket of sockets) socket.pause();
      own.hold();
    },
    thaw() {
      frozen = false;
      own.release();
      for (const socket of sockets) {
        if (unanswered.has(socket)) ssh.injectSocket(socket);
        else socket.resume();
      }
      unanswered.clear();
    },
    processes: () => own.all().map((entry) => entry.pid),
    killNow: () => own.killNow(),
    log: () => lines.join(''),
  };
}

function parseKey(key: ParsedKey | Error): ParsedKey {
  if (key instanceof Error) throw key;
  return key;
}

/** Every comparison takes the same time whatever is offered. */
function authenticate(
  attempt: AuthContext,
  user: string,
  allowed: ParsedKey,
  note: (line: string) => void,
): void {
  const refuse = () => attempt.reject(['publickey']);
  const rightUser = isSame(attempt.username, user);
  if (attempt.method !== 'publickey') return refuse();
  const rightKey = isSame(attempt.key.data, allowed.getPublicSSH());
  if (!rightUser || !rightKey || attempt.key.algo !== allowed.type) {
    note(`refused ${attempt.key.algo} for ${attempt.username}`);
    return refuse();
  }
  // Without a signature the client only asks whether this key would do.
  if (attempt.signature === undefined || attempt.blob === undefined) return attempt.accept();
  // An Error comes back for a malformed signature, whatever the types say.
  const verified: unknown = allowed.verify(attempt.blob, attempt.signature, attempt.hashAlgo);
  if (verified !== true) return refuse();
  note(`accepted publickey for ${attempt.username}`);
  return attempt.accept();
}

function isSame(given: string | Buffer, expected: string | Buffer): boolean {
  const digest = (value: string | Buffer) => createHash('sha256').update(value).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** What OpenSSH's server gives a session, with this process's PATH for its default one. */
function sessionEnvironment(
  options: EmbeddedServerOptions,
  shell: string,
  client: { ip: string; port: number },
  listener: TcpServer,
): Record<string, string> {
  const address = listener.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    USER: options.user,
    LOGNAME: options.user,
    HOME: options.home,
    PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    SHELL: shell,
    SSH_CLIENT: `${client.ip} ${client.port} ${port}`,
    SSH_CONNECTION: `${client.ip} ${client.port} ${options.host} ${port}`,
    ...options.env,
  };
}

function listen(server: TcpServer, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const taken = errorCode(error) === 'EADDRINUSE';
      reject(taken ? new LabError('no-free-port', `${host}:${port} is taken`, error) : error);
    });
    server.listen({ host, port }, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}
