import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { main, type Json, type Place } from './session.js';

/** The server at the level of its messages: every line of its standard output, as it came. */
export interface RawServer extends AsyncDisposable {
  readonly lines: string[];
  send(message: Json): void;
  /** Sends a request and gives its answer. */
  request(method: string, params?: Json): Promise<Json>;
  endInput(): void;
  kill(signal: NodeJS.Signals): void;
  stderr(): string;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string | null>;
}

export function startRaw(place: Place, args: string[] = []): RawServer {
  const child = spawn(process.execPath, [main, ...args], {
    cwd: place.project,
    env: place.env,
    stdio: 'pipe',
  });
  const lines: string[] = [];
  const waiting = new Map<number, (answer: Json) => void>();
  let stderr = '';
  let id = 0;
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    const message = JSON.parse(line) as Json;
    waiting.get(Number(message['id']))?.(message);
  });
  const ended = once(child, 'close').then(([code, signal]: unknown[]) => (code ?? signal) as number | string);
  const send = (message: Json) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  return {
    lines,
    send,
    request(method, params = {}) {
      id += 1;
      const mine = id;
      const answer = new Promise<Json>((resolve) => waiting.set(mine, resolve));
      send({ id: mine, method, params });
      return answer;
    },
    endInput: () => child.stdin.end(),
    kill: (signal) => void child.kill(signal),
    stderr: () => stderr,
    ended,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** With the handshake done. */
export async function openRaw(place: Place, capabilities: Json = {}): Promise<RawServer> {
  const server = startRaw(place);
  await server.request('initialize', {
    protocolVersion: '2025-06-18',
    capabilities,
    clientInfo: { name: 'raw', version: '1' },
  });
  server.send({ method: 'notifications/initialized' });
  return server;
}
