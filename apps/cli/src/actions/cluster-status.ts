import type { ClusterStatus, NodeStatus } from '@cluster-execution/cluster';
import colors from 'picocolors';
import { exitCodes } from '../answers/exit-code.js';
import { Problem } from '../answers/problem.js';
import { table } from '../answers/table.js';
import { withCluster, type CommonOptions } from '../session.js';
import { printJson, say } from '../terminal/streams.js';

type Counts = Readonly<Partial<Record<string, number>>>;

/** The nodes as they are now, and how many tasks each has had by status. */
export async function clusterStatus(options: CommonOptions): Promise<number> {
  return withCluster(options, async (cluster) => {
    const status = await cluster.status({ max_age_seconds: 0 });
    if ('error_code' in status) throw new Problem(status, exitCodes.usage);
    const counts = cluster.store.countByNodeAndStatus();
    const capabilities = new Map(
      cluster.current().settings.registry.nodes.map((node) => [node.id, node.capabilities]),
    );
    if (options.json === true) {
      const nodes = Object.entries(status.nodes).map(([id, node]) => [
        id,
        { ...node, capabilities: capabilities.get(id) ?? [], tasks: counts.get(id) ?? {} },
      ]);
      await printJson({ ...status, nodes: Object.fromEntries(nodes) });
      return 0;
    }
    show(status, capabilities, counts);
    return 0;
  });
}

function show(
  status: ClusterStatus,
  capabilities: ReadonlyMap<string, readonly string[]>,
  counts: ReadonlyMap<string, Counts>,
): void {
  const head = ['node', 'host', 'os', 'capabilities', 'status', 'cpu %', 'mem %', 'load', 'tasks', 'had'];
  const rows = Object.entries(status.nodes).map(([id, node]) => [
    id === status.local_node ? `${id} (local)` : id,
    node.hostname ?? '–',
    [node.os, node.arch].filter((part) => part !== undefined).join(' ') || '–',
    (capabilities.get(id) ?? []).join(', '),
    state(node),
    figure(node.cpu_percent),
    figure(node.memory_percent),
    figure(node.load_1m),
    `${node.active_tasks}/${node.max_tasks ?? '–'}`,
    Object.entries(counts.get(id) ?? {})
      .map(([name, count]) => `${count} ${name}`)
      .join(', '),
  ]);
  console.log(table(head, rows));
  for (const [id, node] of Object.entries(status.nodes)) {
    if (node.error !== undefined)
      console.log(`${id}: ${node.error} [${node.error_code ?? 'unknown'}] ${node.hint ?? ''}`.trimEnd());
  }
  if (status.configuration_error !== undefined)
    say(`The configuration file cannot be used: ${status.configuration_error}`);
}

function state(node: NodeStatus): string {
  if (!node.reachable) return colors.red('unreachable');
  const name =
    node.status === 'overloaded' ? colors.yellow(`overloaded: ${node.why ?? ''}`) : colors.green('healthy');
  return node.cordoned ? `${name}, cordoned` : name;
}

function figure(value: number | undefined): string {
  return value === undefined ? '–' : value.toFixed(1);
}
