import { access, constants } from 'node:fs/promises';
import { targetOf, type Cluster, type Description, type Executor } from '@cluster-execution/cluster';
import colors from 'picocolors';
import { createSecretAsker } from '../terminal/ask-secret.js';
import { exitCodes } from '../answers/exit-code.js';
import { inOwnWords } from '../answers/own-words.js';
import { answerOf, type Answer } from '../answers/problem.js';
import { withCluster, type CommonOptions } from '../session.js';
import { printJson } from '../terminal/streams.js';

interface NodeReport {
  id: string;
  ok: boolean;
  host: string;
  local: boolean;
  error?: string;
  error_code?: string;
  hint?: string;
  /** Keys in the order in which they are offered to it. */
  keys: string[];
  /** Directives of the SSH configuration that matter for it, or on the way to it, and are not honoured. */
  not_honoured: string[];
  /** Keys that cannot be used and what to do, and what else is not as one may think. */
  notes: string[];
}

interface Report {
  ok: boolean;
  node_version: string;
  configuration: { path: string; found: boolean; error?: string };
  state_folder: string;
  local_address?: string;
  stray_variables: readonly string[];
  settings: { key: string; value: unknown; from: string }[];
  nodes: NodeReport[];
}

/** How long the command may take, and all with connecting and asking for a password, milliseconds. */
const limitMs = 20_000;
const patienceMs = 60_000;

/** What is set and from where, and whether a command really runs on every node. */
export async function doctor(options: CommonOptions): Promise<number> {
  const opened = { cluster: false };
  try {
    const work = async (cluster: Cluster) => {
      opened.cluster = true;
      const report = await examine(cluster);
      if (options.json === true) await printJson(report);
      else show(report);
      return report.ok ? 0 : exitCodes.failed;
    };
    return await withCluster(
      options,
      work,
      createSecretAsker(() => process.kill(process.pid, 'SIGINT')),
    );
  } catch (error) {
    if (opened.cluster) throw error;
    return cannotOpen(error, options);
  }
}

/** A configuration that cannot be used is what the doctor is asked about: a finding, not a failure. */
function cannotOpen(error: unknown, options: CommonOptions): number {
  const { version } = process;
  const message = error instanceof Error ? error.message : String(error);
  const report = { ok: false, node_version: version.slice(1), configuration: { error: message }, nodes: [] };
  if (options.json === true) void printJson(report);
  else console.log(`Node.js ${report.node_version}\n${colors.red(message)}`);
  return exitCodes.failed;
}

async function examine(cluster: Cluster): Promise<Report> {
  const { sources, strayVariables } = cluster.current();
  const [nodes, found, address] = await Promise.all([
    examineNodes(cluster),
    isThere(cluster.configuration.path),
    cluster.localAddress(),
  ]);
  const failure = cluster.configuration.error;
  return {
    ok: failure === undefined && nodes.every(({ ok }) => ok),
    node_version: process.versions.node,
    configuration: {
      path: cluster.configuration.path,
      found,
      ...(failure === undefined ? {} : { error: failure.message }),
    },
    state_folder: cluster.stateFolder,
    ...(address === undefined ? {} : { local_address: address }),
    stray_variables: strayVariables,
    settings: [...sources].map(([key, { value, from, name, file, line }]) => ({
      key,
      value,
      from: from === 'file' ? `${file ?? 'file'}${line === undefined ? '' : `:${line}`}` : (name ?? from),
    })),
    nodes,
  };
}

/** Connectivity counts only where a command has run. */
function examineNodes(cluster: Cluster): Promise<NodeReport[]> {
  const { settings, transport } = cluster.current();
  return Promise.all(
    settings.registry.nodes.map(async (node): Promise<NodeReport> => {
      const executor = settings.fleet.nodes.find(({ id }) => id === node.id)?.executor;
      const [failure, way] = await Promise.all([
        executor === undefined ? undefined : tryCommand(executor),
        node.local ? [] : transport.describe(targetOf(node, settings.configuration)),
      ]);
      return {
        id: node.id,
        ok: failure === undefined,
        host: node.host,
        local: node.local,
        keys: way[0]?.keys ?? [],
        not_honoured: onTheWay(way, ({ notHonoured }) =>
          notHonoured.map(({ keyword, file, line }) => `${keyword} (${file}:${line})`),
        ),
        notes: onTheWay(way, ({ notes }) => notes),
        ...failure,
      };
    }),
  );
}

/** A command that leaves nothing on the task record; why it did not run to its end, where it did not. */
async function tryCommand(executor: Executor): Promise<Answer | undefined> {
  try {
    const signal = AbortSignal.timeout(patienceMs);
    const { exit } = await executor.execute({
      command: 'true',
      timeoutMs: limitMs,
      signal,
      onOutput: () => undefined,
    });
    if (exit.kind === 'exited' && exit.code === 0) return undefined;
    return {
      error: `The command true came to no good end there (${exit.kind}).`,
      error_code: 'shell-failed',
      hint: 'See what your own ssh makes of it: cluster-router ssh NODE true',
    };
  } catch (error) {
    return inOwnWords(answerOf(error));
  }
}

/** What there is to say of a node, then of the jump hosts before it. */
function onTheWay(way: readonly Description[], say: (hop: Description) => readonly string[]): string[] {
  return way.flatMap((hop, index) =>
    say(hop).map((text) => (index === 0 ? text : `jump host ${hop.hostName}: ${text}`)),
  );
}

function isThere(path: string): Promise<boolean> {
  return access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
}

function show(report: Report): void {
  const { configuration } = report;
  console.log(`Node.js ${report.node_version}`);
  console.log(
    `configuration: ${configuration.path}${configuration.found ? '' : ' (not there: this machine alone)'}`,
  );
  if (configuration.error !== undefined) console.log(colors.red(`  ${configuration.error}`));
  console.log(`state: ${report.state_folder}`);
  if (report.local_address !== undefined) console.log(`address of this machine: ${report.local_address}`);
  for (const name of report.stray_variables)
    console.log(colors.yellow(`${name} is set, and there is no such node`));
  console.log('\nsettings');
  for (const { key, value, from } of report.settings) {
    if (value !== undefined) console.log(`  ${key} = ${JSON.stringify(value)}  ${colors.dim(from)}`);
  }
  console.log('\nnodes');
  for (const node of report.nodes) showNode(node);
}

function showNode(node: NodeReport): void {
  const state = node.ok ? colors.green('runs commands') : colors.red('does not');
  console.log(`  ${node.id}${node.local ? ' (this machine)' : ` at ${node.host}`}: ${state}`);
  if (node.error !== undefined) console.log(`    ${node.error} [${node.error_code ?? 'unknown'}]`);
  if (node.hint !== undefined && !node.ok) console.log(`    ${node.hint}`);
  if (node.error_code === 'authentication-failed')
    console.log(`    offered: ${node.keys.length === 0 ? 'no key' : node.keys.join(', ')}`);
  for (const directive of node.not_honoured) console.log(colors.yellow(`    not honoured: ${directive}`));
  for (const note of node.notes)
    if (node.hint?.includes(note) !== true) console.log(colors.yellow(`    ${note}`));
}
