import type { Duplex } from 'node:stream';
import type { Client, ConnectConfig } from 'ssh2';
import type { Deadline } from './deadline.js';

/** How far a handshake had come: before the server's first words, before its key was accepted, and then. */
export type Phase = 'greeting' | 'key exchange' | 'login';

/** What ended a handshake that came to nothing. */
export interface HandshakeEnd {
  phase: Phase;
  /** What the server said in clear, before all else. */
  words: string;
  kind: 'late' | 'closed' | 'failed';
  error: Error & { level?: string };
  /** Of `late`: the limit. */
  limitMs?: number;
}

export interface HandshakeInput {
  client: Client;
  stream: Duplex;
  config: ConnectConfig;
  /** Until the first words, and for all that comes after. */
  connectTimeoutMs: number;
  handshakeTimeoutMs: number;
  deadline: Deadline;
  /** Gives up. */
  signal: AbortSignal;
  /** The server has said something, whatever it is. */
  heard(): void;
  /** The agent did not sign with one of its keys: no end, the next is tried. */
  onAgentFailure(error: Error): void;
}

/** From connecting to being logged in: the server's first words, or what ended it. */
export function handshake(input: HandshakeInput): Promise<{ words: string } | { end: HandshakeEnd }> {
  const { client, stream, deadline, signal } = input;
  return new Promise((resolve) => {
    let phase: Phase = 'greeting';
    let words = '';
    const heard = () => input.heard();
    const giveUp = () => void stream.destroy(); // its end is told as any other
    const onKeys = () => {
      phase = 'login';
    };
    const onReady = () => finish({ words });
    const onClose = () => fail({ kind: 'closed', error: new Error('the server closed the connection') });
    const onError = (error: Error & { level?: string }) => {
      if (error.level === 'agent') input.onAgentFailure(error);
      else fail({ kind: 'failed', error });
    };
    const finish = (result: { words: string } | { end: HandshakeEnd }) => {
      deadline.clear();
      stream.off('data', heard);
      signal.removeEventListener('abort', giveUp);
      client.off('handshake', onKeys).off('ready', onReady).off('close', onClose).off('error', onError);
      // What a connection still says when it ends adds nothing, and an error nobody listens for would end the process.
      client.on('error', () => undefined);
      resolve(result);
    };
    const fail = (end: Pick<HandshakeEnd, 'kind' | 'error' | 'limitMs'>) => {
      finish({ end: { phase, words, ...end } });
      stream.destroy();
    };
    const expect = (limitMs: number) =>
      deadline.set(limitMs, () => fail({ kind: 'late', error: new Error('no answer in time'), limitMs }));
    expect(input.connectTimeoutMs);
    stream.once('data', (chunk: Buffer) => {
      words = chunk.toString('latin1');
      if (/^SSH-/m.test(words)) phase = 'key exchange';
      expect(input.handshakeTimeoutMs);
    });
    stream.on('data', heard);
    client.on('handshake', onKeys).on('ready', onReady).on('close', onClose).on('error', onError);
    signal.addEventListener('abort', giveUp, { once: true });
    client.connect(input.config);
    if (signal.aborted) giveUp();
  });
}
