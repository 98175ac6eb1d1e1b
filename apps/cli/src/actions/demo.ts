import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClusterStatus, Outcome, ParallelOutcome } from '@cluster-execution/cluster';
import type { Lab } from '@cluster-execution/lab';
import { demoNodes, demoSettings } from '../demo/nodes.js';
import { heading, nextSteps, outcomeLines, parallelLines, statusLines } from '../demo/report.js';
import { findServer } from '../demo/server-path.js';
import { exitCodes } from '../answers/exit-code.js';
import { Problem } from '../answers/problem.js';
import { interruptible } from '../terminal/interrupt.js';

/** Calls a tool and gives back its structured answer. */
type Call = (name: string, args: Record<string, unknown>, signal: AbortSignal) => Promise<unknown>;

/** The main job, with nothing set up: three SSH nodes of its own, the MCP server, and an MCP client that uses it. */
export async function demo(options: { engine?: 'auto' | 'sshd' | 'embedded' }): Promise<number> {
  const server = findServer(process.env['PATH']);
  if (server === undefined) {
    const error = 'The MCP server is not there. Install it beside this: npm install -g cluster-execution-mcp';
    throw new Problem({ error, error_code: 'server-missing' }, exitCodes.failed);
  }
  // Our own listener, or the lab's would end the process before the rest is removed.
  const interrupt = interruptible('the demo');
  const { startLab } = await import('@cluster-execution/lab');
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'cluster-demo-')));
  let lab: Lab | undefined;
  try {
    lab = await startLab({ nodes: Object.keys(demoNodes), engine: options.engine ?? 'auto' });
    const what = lab.engine === 'sshd' ? 'OpenSSH servers' : 'SSH servers of its own';
    console.log(
      `Three nodes on this machine, reached over SSH as real ones are (${what}), and the MCP server in front of them.`,
    );
    console.log(
      'They share its load, so none of them counts as overloaded here: the thresholds are lifted, which by default send work away above 40 % CPU, a load of 4 or 80 % memory.',
    );
    const env = await environment(folder, lab);
    return await withClient(server, env, folder, (call) => tour(call, interrupt.signal));
  } catch (error) {
    if (interrupt.exitCode === undefined) throw error;
    return interrupt.exitCode;
  } finally {
    await lab?.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    interrupt.done();
  }
}

async function environment(folder: string, lab: Lab): Promise<Record<string, string>> {
  const config = join(folder, 'cluster.yaml');
  await writeFile(config, lab.clusterYaml({ extra: (id) => demoNodes[id] ?? {}, settings: demoSettings }), {
    mode: 0o600,
  });
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    CLUSTER_CONFIG: config,
    CLUSTER_STATE_DIR: join(folder, 'state'),
    CLUSTER_LOG_LEVEL: 'ERROR',
  };
}

async function withClient(
  server: { command: string; args: string[] },
  env: Record<string, string>,
  cwd: string,
  work: (call: Call) => Promise<void>,
): Promise<number> {
  const [{ Client }, { StdioClientTransport }] = await Promise.all([
    import('@modelcontextprotocol/sdk/client/index.js'),
    import('@modelcontextprotocol/sdk/client/stdio.js'),
  ]);
  const client = new Client({ name: 'cluster-router-demo', version: '0.1.0' });
  await client.connect(new StdioClientTransport({ ...server, env, cwd, stderr: 'inherit' }));
  try {
    await work(
      async (name, args, signal) =>
        (await client.callTool({ name, arguments: args }, undefined, { signal })).structuredContent,
    );
  } finally {
    await client.close();
  }
  for (const line of nextSteps(server)) console.log(line);
  return 0;
}

/** The four tools of the original, in the order in which an agent would come to need them. */
async function tour(callTool: Call, signal: AbortSignal): Promise<void> {
  const call = (name: string, args: Record<string, unknown>) => callTool(name, args, signal);
  print(
    heading('cluster_status', 'the nodes and their load'),
    statusLines((await call('cluster_status', {})) as ClusterStatus),
  );

  const light = { command: 'echo "a light command stays here: $(pwd)"' };
  print(
    heading('cluster_bash', 'a light command'),
    outcomeLines((await call('cluster_bash', light)) as Outcome),
  );

  const heavy = {
    command: 'cc --version | head -n 1; find /usr/include -name "*.h" 2>/dev/null | wc -l',
    cwd: '/',
  };
  print(
    heading('cluster_bash', 'a heavy one leaves this machine'),
    outcomeLines((await call('cluster_bash', heavy)) as Outcome),
  );

  const offload = { command: 'echo "node $CLUSTERLAB_NODE, home $HOME"; uname -sm', node_id: 'check' };
  print(
    heading('offload_to', 'a node that you name, here by its alias'),
    outcomeLines((await call('offload_to', offload)) as Outcome),
  );

  const commands = Array.from({ length: 6 }, (_, index) => `echo "part ${index + 1} done"`);
  print(
    heading('parallel_execute', 'six at once, spread over the nodes'),
    parallelLines((await call('parallel_execute', { commands, cwd: '/' })) as ParallelOutcome),
  );
}

function print(title: string, lines: readonly string[]): void {
  console.log(title);
  for (const line of lines) console.log(line);
}
