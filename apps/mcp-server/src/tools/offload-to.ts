import { offloadFields, type Cluster } from '@cluster-execution/cluster';
import { follow } from './follow.js';
import { outcomeFields } from './output-fields.js';
import { refuseRun, runAnswer } from './run-answer.js';
import { runsCommands, type Tool } from './tool.js';

export const offloadTo: Tool = {
  name: 'offload_to',
  title: 'Run a command on a certain node',
  description: (cluster) =>
    [
      'Runs a shell command on the node that you name, whatever its load, and answers with its output and exit code.',
      'Use it where the node matters: its files, its hardware, its services. Without cwd it runs in the home folder',
      'of the node’s user. Otherwise use cluster_bash, which chooses.',
      nodeList(nodesOf(cluster)),
    ].join(' '),
  inputShape: offloadFields,
  outputShape: outcomeFields,
  annotations: runsCommands,
  handle: async (args, call) => runAnswer(await follow(call, (options) => call.cluster.run(args, options))),
  refuse: refuseRun,
};

function nodesOf(cluster: Cluster) {
  return cluster.current().settings.registry.nodes;
}

/** Longer lists cost every session of the agent too much. */
const mostCharacters = 2_000;

/** `Nodes: n1 (builder, linux), n2 [this machine].`, as many as there is room for. */
export function nodeList(
  nodes: readonly { id: string; aliases: readonly string[]; local: boolean }[],
): string {
  let text = '';
  for (const [index, { id, aliases, local }] of nodes.entries()) {
    const names = aliases.length === 0 ? id : `${id} (${aliases.join(', ')})`;
    const entry = `${index === 0 ? '' : ', '}${names}${local ? ' [this machine]' : ''}`;
    if (text.length + entry.length > mostCharacters)
      return `Nodes: ${text} and ${nodes.length - index} more that cluster_status lists.`;
    text += entry;
  }
  return `Nodes: ${text}.`;
}
