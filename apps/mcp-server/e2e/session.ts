import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Lab } from '@cluster-execution/lab';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import {
  ElicitRequestSchema,
  type ElicitRequest,
  type ElicitResult,
} from '@modelcontextprotocol/sdk/types.js';
import { expect } from 'vitest';

export const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

export type Json = Record<string, unknown>;

/** A server of its own files: configuration, state, home and project folder lie in a fresh temporary folder. */
export interface Session extends AsyncDisposable {
  readonly client: Client;
  readonly folder: string;
  /** The server's working folder. */
  readonly project: string;
  readonly home: string;
  readonly configFile: string;
  readonly pid: number;
  /** What the server has logged. */
  stderr(): string;
  /** Calls a tool and checks that text and structure are the same, and fit the tool's output schema. */
  call(name: string, args?: Json, options?: Parameters<Client['callTool']>[2]): Promise<Json>;
  close(): Promise<void>;
}

export interface SessionOptions {
  /** The text of the configuration file; none: there is no such file. */
  config?: string;
  env?: Record<string, string>;
  args?: string[];
  /** The person; without it the client cannot ask one. */
  elicit?: (request: ElicitRequest) => ElicitResult | Promise<ElicitResult>;
  /** That of a place made before, which outlives the session. */
  folder?: string;
}

/** Removed with its files when disposed of. */
export interface Place extends AsyncDisposable {
  folder: string;
  project: string;
  home: string;
  configFile: string;
  env: Record<string, string>;
}

/** Folders for one server, and an environment that leads it there. */
export async function makePlace(options: SessionOptions = {}): Promise<Place> {
  const folder = options.folder ?? (await realpath(await mkdtemp(join(tmpdir(), 'cluster-mcp-'))));
  const [project, home] = [join(folder, 'project'), join(folder, 'home')];
  const configFile = join(folder, 'cluster.yaml');
  await Promise.all([project, home].map((path) => mkdir(path, { recursive: true })));
  if (options.config !== undefined) await writeFile(configFile, options.config);
  const env = {
    HOME: home,
    PATH: process.env['PATH'] ?? '',
    CLUSTER_STATE_DIR: join(folder, 'state'),
    ...(options.config === undefined ? {} : { CLUSTER_CONFIG: configFile }),
    ...options.env,
  };
  return {
    folder,
    project,
    home,
    configFile,
    env,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}

export async function openSession(options: SessionOptions = {}): Promise<Session> {
  const place = await makePlace(options);
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [main, ...(options.args ?? [])],
    env: place.env,
    cwd: place.project,
    stderr: 'pipe',
  });
  let stderr = '';
  transport.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const { elicit } = options;
  const client = new Client(
    { name: 'test', version: '1.0.0' },
    { capabilities: elicit === undefined ? {} : { elicitation: { form: {} } } },
  );
  if (elicit !== undefined) client.setRequestHandler(ElicitRequestSchema, elicit);
  await client.connect(transport);
  const pid = transport.pid ?? 0;
  await client.listTools(); // from here on the client checks answers against the tools' output schemas

  const close = async () => {
    await client.close();
    if (options.folder === undefined) await place[Symbol.asyncDispose]();
  };
  return {
    ...place,
    client,
    pid,
    stderr: () => stderr,
    async call(name, args = {}, callOptions) {
      const result = await client.callTool({ name, arguments: args }, undefined, {
        timeout: 50_000,
        ...callOptions,
      });
      const [text] = result.content as { type: string; text: string }[];
      expect(JSON.parse(text?.text ?? '')).toEqual(result.structuredContent);
      return { ...(result.structuredContent as Json), isError: result.isError === true };
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** No node counts as overloaded by what else this machine does, and slow connections are not given up. */
export const calm = {
  thresholds: { cpuPercent: 100, load: 10_000, memoryPercent: 100 },
  timeouts: { connectSeconds: 20, statusSeconds: 20 },
  ssh: { checkSeconds: 20 },
};

/** The lab's inventory, calm unless told otherwise. */
export function inventory(
  lab: Lab,
  settings: Json = {},
  extra: (id: string) => Json = () => ({ maxTasks: 8 }),
): string {
  return lab.clusterYaml({ settings: { ...calm, ...settings }, extra });
}

/** Looks again and again until it is so; the limit only ends a test that would never end. */
export async function until<T>(
  look: () => T | Promise<T>,
  isSo: (seen: T) => boolean = Boolean,
  limitMs = 30_000,
): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const seen = await look();
    if (isSo(seen)) return seen;
    if (Date.now() > deadline) throw new Error(`It never came to be; last: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
}
