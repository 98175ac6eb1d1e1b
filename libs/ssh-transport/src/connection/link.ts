import { ask } from '../node/ask.js';
import { codeOf, TransportError, transportClosed } from '../errors.js';
import type { Connection, Session } from './connection.js';

export interface LinkOptions {
  /** One more connection to this node, tried for as long as that makes sense. Throws a TransportError. */
  dial(): Promise<Connection>;
  /** Channels for commands on one connection. sshd's MaxSessions is 10 by default, and one is kept for kills. */
  channelsPerConnection: number;
  maxConnections: number;
  /** A connection without a channel for this long is closed. */
  idleMs: number;
  random(): number;
}

/** The shared connections to one node and user: opened on demand, never more channels than the server allows. */
export interface Link {
  open(line: string, signal?: AbortSignal): Promise<Session>;
  openSftp(signal?: AbortSignal): Promise<Session>;
  /** By a channel kept for it, or a connection of its own; the answer's standard output, undefined where none came. */
  askSpare(line: string): Promise<string | undefined>;
  /** A connection that is up, dialled where there is none. */
  connected(): Promise<Connection>;
  readonly connections: number;
  close(): void;
}

interface Member {
  connection: Connection;
  limit: number;
  /** Channels given to somebody who has not opened them yet. */
  promised: number;
  /** Channels opened since the last refusal; enough of them, and the limit grows again. */
  granted: number;
  idle: NodeJS.Timeout | undefined;
}

interface Waiter {
  take(member: Member): void;
  fail(error: unknown): void;
}

const refusalsBeforeGivingUp = 200;
const grantsBeforeGrowing = 100;
const connectionsForNarrow = 3;
const spareTimeoutMs = 15_000;
/** A connection that was asked for a channel and has said nothing for this long is left to those who wait for it already. */
const silenceMs = 3_000;
/** A timer may be early by a little. */
const surelySilentMs = silenceMs + 50;

export function createLink(options: LinkOptions): Link {
  const members = new Set<Member>();
  const waiting: Waiter[] = [];
  let dialling: Promise<Member> | undefined;
  let closed = false;
  /** Logging in takes a person. */
  let attended = false;

  function freeMember(): Member | undefined {
    let silent: Member | undefined;
    for (const member of members) {
      if (member.connection.closed || member.connection.open + member.promised >= member.limit) continue;
      if (answers(member)) return member;
      silent ??= member;
    }
    return [...members].some(answers) || mayGrow() ? undefined : silent;
  }

  const answers = ({ connection }: Member) => !connection.closed && connection.silentMs < silenceMs;
  const mayGrow = () => members.size < mostConnections();

  /**
   * Somebody waits for a channel, and the connection has fallen silent. What has begun on it is left to it. What has not is
   * asked of another one, once that is up, or known not to come up.
   */
  function relieve(silent: Member): void {
    if (closed || answers(silent)) return;
    const leave = () => {
      if (!answers(silent) && silent.connection.untouched) silent.connection.abandon();
      serve();
    };
    if ([...members].some(answers)) leave();
    else if (mayGrow()) dialMember().then(leave, leave);
  }

  /** Opening happens a moment later; until then nobody else may have the same channel. */
  function promise(member: Member): Member {
    member.promised += 1;
    return member;
  }

  /** Hands free channels to those who wait, and dials once more where there are too few. */
  function serve(): void {
    while (waiting.length > 0) {
      const member = freeMember();
      if (member === undefined) break;
      waiting.shift()?.take(promise(member));
    }
    if (waiting.length > 0 && dialling === undefined && mayGrow()) grow();
  }

  /**
   * A server that stands few sessions a connection gets more of these. A person who has logged in is not asked again for
   * the sake of speed.
   */
  function mostConnections(): number {
    if (attended) return 1;
    const narrow = [...members].some(({ connection }) => connection.software.sessionsAtOnce !== undefined);
    return narrow ? options.maxConnections * connectionsForNarrow : options.maxConnections;
  }

  /** Channels for commands. */
  function mostChannels({ software }: Connection): number {
    return Math.min(options.channelsPerConnection, software.sessionsAtOnce ?? Infinity);
  }

  function grow(): void {
    dialMember().then(serve, (error: unknown) => {
      // With a connection that answers, those who wait get their turn on it; with none, there is nothing to wait for.
      if (![...members].some(answers)) for (const waiter of waiting.splice(0)) waiter.fail(error);
    });
  }

  function dialMember(): Promise<Member> {
    if (dialling !== undefined) return dialling;
    const dialled = options.dial().then((connection) => {
      if (closed) {
        connection.close();
        throw transportClosed();
      }
      return admit(connection);
    });
    const forget = () => {
      dialling = undefined;
    };
    dialling = dialled;
    dialled.then(forget, forget);
    return dialled;
  }

  function admit(connection: Connection): Member {
    const member: Member = {
      connection,
      limit: mostChannels(connection),
      promised: 0,
      granted: 0,
      idle: undefined,
    };
    members.add(member);
    attended ||= connection.attended;
    closeWhenIdle(member);
    connection.onClose(() => {
      members.delete(member);
      clearTimeout(member.idle);
      serve();
    });
    return member;
  }

  function member(signal?: AbortSignal): Promise<Member> {
    if (closed) return Promise.reject(transportClosed());
    if (signal?.aborted === true) return Promise.reject(cancelled());
    const free = waiting.length === 0 ? freeMember() : undefined;
    if (free !== undefined) return Promise.resolve(promise(free));
    return new Promise<Member>((resolve, reject) => {
      const onAbort = () => {
        waiting.splice(waiting.indexOf(waiter), 1);
        reject(cancelled());
      };
      const leave = () => signal?.removeEventListener('abort', onAbort);
      const waiter: Waiter = {
        take: (given) => (leave(), resolve(given)),
        fail: (error) => (leave(), reject(error)),
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      waiting.push(waiter);
      serve();
    });
  }

  async function openBy(
    start: (connection: Connection) => Promise<Session>,
    signal?: AbortSignal,
  ): Promise<Session> {
    for (let refusals = 0, closures = 0; ;) {
      const chosen = await member(signal);
      try {
        return await openOn(chosen, start);
      } catch (error) {
        const code = codeOf(error);
        if (code === 'connection-closed' && (closures += 1) <= options.maxConnections) continue; // nothing was sent
        if (code !== 'channel-refused' || (refusals += 1) > refusalsBeforeGivingUp) throw error;
        // The server frees a session a little after it has closed one, so a refusal may be only early.
        await pause(5 + options.random() * 5 * Math.min(refusals, 20));
      }
    }
  }

  async function openOn(
    chosen: Member,
    start: (connection: Connection) => Promise<Session>,
  ): Promise<Session> {
    const { connection } = chosen;
    clearTimeout(chosen.idle);
    const before = connection.open;
    chosen.promised -= 1;
    const opening = start(connection);
    const late = setTimeout(() => relieve(chosen), surelySilentMs);
    opening.then(
      (session) => {
        clearTimeout(late);
        if ((chosen.granted += 1) % grantsBeforeGrowing === 0) {
          chosen.limit = Math.min(chosen.limit + 1, mostChannels(connection));
        }
        session.channel.once('close', () => whenFreed(chosen));
      },
      (error: unknown) => {
        clearTimeout(late);
        if (codeOf(error) === 'channel-refused' && before > 0) {
          chosen.limit = Math.max(1, Math.min(chosen.limit, before - 1));
          chosen.granted = 0;
        }
        whenFreed(chosen);
      },
    );
    return opening;
  }

  function whenFreed(freed: Member): void {
    serve();
    if (!isUsed(freed)) closeWhenIdle(freed);
  }

  const isUsed = ({ connection, promised }: Member) => connection.open + connection.carried + promised > 0;

  function closeWhenIdle(member: Member): void {
    clearTimeout(member.idle);
    if (member.connection.closed) return;
    member.idle = setTimeout(() => {
      if (isUsed(member)) closeWhenIdle(member);
      else member.connection.close();
    }, options.idleMs);
    member.idle.unref();
  }

  async function askSpare(line: string): Promise<string | undefined> {
    const hasRoom = ({ open, software }: Connection) => open < (software.sessionsAtOnce ?? Infinity);
    const up = [...members].find((member) => answers(member) && hasRoom(member.connection));
    if (up !== undefined) {
      try {
        return await answerOf(up.connection, line);
      } catch (error) {
        if (codeOf(error) !== 'channel-refused') return undefined;
      }
    }
    return askAlone(line);
  }

  /** No session was free for the question, or no connection is up: it gets one of its own. */
  async function askAlone(line: string): Promise<string | undefined> {
    if (closed || attended) return undefined;
    let connection: Connection;
    try {
      connection = await options.dial();
    } catch {
      return undefined; // not reachable: the caller reports that it is not known
    }
    try {
      return await answerOf(connection, line);
    } catch {
      return undefined; // likewise
    } finally {
      connection.close();
    }
  }

  return {
    open: (line, signal) => openBy((connection) => connection.exec(line), signal),
    openSftp: (signal) => openBy((connection) => connection.sftp(), signal),
    askSpare,
    connected: async () => {
      const up = [...members].find(answers) ?? (mayGrow() ? undefined : [...members][0]);
      return up?.connection ?? (await dialMember()).connection;
    },
    get connections() {
      return members.size;
    },
    close() {
      closed = true;
      for (const each of members) {
        clearTimeout(each.idle);
        each.connection.close();
      }
      for (const waiter of waiting.splice(0)) waiter.fail(transportClosed());
    },
  };
}

async function answerOf(connection: Connection, line: string): Promise<string> {
  return (await ask(connection, line, { timeoutMs: spareTimeoutMs })).stdout.toString('utf8');
}

function cancelled(): TransportError {
  return new TransportError('cancelled', 'It was cancelled before a channel was free.', {
    hint: 'Nothing ran: call again if it is still wanted.',
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
