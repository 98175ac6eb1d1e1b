import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { builtServer } from './built.js';

/** The built MCP server in a process of its own, driven by the SDK's client. */
export interface Server {
  readonly pid: number;
  /** The tool's structured answer. Throws where the call failed as a call; what a command did is in the answer. */
  call(tool: string, args: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** Runs `true` on a node. Throws where that did not succeed. */
  offload(node: string): Promise<void>;
  close(): Promise<void>;
}

/** @param options.folder for its state and its cache  @param options.profile a folder for a CPU profile of it */
export async function startServer(options: {
  inventory: string;
  folder: string;
  profile?: string;
}): Promise<Server> {
  const profiling = options.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${options.profile}`];
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [...profiling, builtServer, '--config', options.inventory],
    env: serverEnvironment(options.folder),
    stderr: 'pipe',
  });
  let said = '';
  transport.stderr?.on('data', (bytes: Buffer) => (said = `${said}${bytes.toString()}`.slice(-2_000)));
  const client = new Client({ name: 'bench', version: '0' });
  try {
    await client.connect(transport);
  } catch (error) {
    throw new Error(`The built MCP server did not start: ${said}`, { cause: error });
  }
  const { pid } = transport;
  if (pid === null) throw new Error(`The built MCP server has ended: ${said}`);

  const call = async (tool: string, args: Record<string, unknown>) => {
    const { structuredContent } = await client.callTool({ name: tool, arguments: args });
    return structuredContent as Record<string, unknown>;
  };
  return {
    pid,
    call,
    async offload(node) {
      const answer = await call('offload_to', { command: 'true', node_id: node });
      if (answer['success'] !== true) throw new Error(`offload_to: ${JSON.stringify(answer)}\n${said}`);
    },
    close: () => client.close(),
  };
}

/** Nothing of the user's own state or caches is touched. */
export function serverEnvironment(folder: string): Record<string, string> {
  return { CLUSTER_STATE_DIR: join(folder, 'state'), XDG_CACHE_HOME: join(folder, 'cache') };
}
