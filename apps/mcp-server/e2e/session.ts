import { fileURLToPath } from 'node:url';
import { makePlace, type Json, type Place, type PlaceOptions } from '@cluster-execution/contracts/apps';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import {
  ElicitRequestSchema,
  type ElicitRequest,
  type ElicitResult,
} from '@modelcontextprotocol/sdk/types.js';
import { expect } from 'vitest';

export { calm, inventory, makePlace, until, type Json, type Place } from '@cluster-execution/contracts/apps';

export const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** A server in a place of its own. */
export interface Session extends Place {
  readonly client: Client;
  readonly pid: number;
  /** What the server has logged. */
  stderr(): string;
  /** Calls a tool and checks that text and structure are the same, and fit the tool's output schema. */
  call(name: string, args?: Json, options?: Parameters<Client['callTool']>[2]): Promise<Json>;
  close(): Promise<void>;
}

/** With the `folder` of a place made before, that outlives the session. */
export interface SessionOptions extends PlaceOptions {
  args?: string[];
  /** The person; without it the client cannot ask one. */
  elicit?: (request: ElicitRequest) => ElicitResult | Promise<ElicitResult>;
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
