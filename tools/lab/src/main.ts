import { join } from 'node:path';
import { describeLab, type LabParts } from './lab.js';
import { errorCode, LabError } from './lab-error.js';
import { find, raise, raze, standingFolder } from './standing-lab.js';

const usage = `npm run lab -- COMMAND

  up [N]       start N real OpenSSH nodes on this machine (3 unless given) and leave them running
  down         stop them and remove all their files
  status       one line per node
  stop ID      the node's host dies: connections are refused
  start ID     it comes back, with the same key
  freeze ID    it hangs: TCP connects, nothing answers
  thaw ID      it goes on
  rekey ID     it comes back with a new host key
  drop ID      its open connections are cut
`;

const nodeCommands: Record<string, 'stop' | 'start' | 'freeze' | 'thaw' | 'rekey' | 'dropConnections'> = {
  stop: 'stop',
  start: 'start',
  freeze: 'freeze',
  thaw: 'thaw',
  rekey: 'rekey',
  drop: 'dropConnections',
};

/** Gives the exit code: 0, 1 where it failed, 2 for wrong usage. */
async function main([command, argument, ...rest]: string[]): Promise<number> {
  const folder = standingFolder(process.env);
  if (rest.length > 0) return misused(`unexpected: ${rest.join(' ')}`);
  if (command === 'up') {
    const count = Number(argument ?? 3);
    if (!Number.isInteger(count) || count < 1) return misused(`up takes a number of nodes, not ${argument}`);
    console.log(howToUse(await raise(folder, count)));
    return 0;
  }
  const nodeCommand = command === undefined ? undefined : nodeCommands[command];
  if (nodeCommand !== undefined) {
    if (argument === undefined) return misused(`${command} takes the id of a node`);
    const node = describeLab(await find(folder)).node(argument);
    await node[nodeCommand]();
    return 0;
  }
  if (argument !== undefined) return misused(`unexpected: ${argument}`);
  if (command === 'down') {
    await raze(folder);
    return 0;
  }
  if (command === 'status') {
    console.log(statusOf(await find(folder)));
    return 0;
  }
  if (command !== 'help' && command !== '--help') return misused(`unknown command: ${command ?? '(none)'}`);
  console.log(usage);
  return 0;
}

function misused(what: string): number {
  console.error(`lab: ${what}\n\n${usage}`);
  return 2;
}

function statusOf({ nodes }: LabParts): string {
  return nodes
    .map((node) => `${node.id}  ${node.host}:${node.port}  ${node.running() ? 'up' : 'down'}  ${node.home}`)
    .join('\n');
}

function howToUse(parts: LabParts): string {
  const { sshConfigFile } = describeLab(parts);
  const first = parts.nodes[0]?.id ?? 'n1';
  return `${statusOf(parts)}

  ssh -F ${sshConfigFile} ${first} hostname
  CLUSTER_CONFIG=${join(parts.folder, 'cluster.yaml')} cluster-router cluster-status
  CLUSTER_CONFIG=${join(parts.folder, 'cluster.yaml')} cluster-router submit --node ${first} 'echo "$CLUSTERLAB_NODE"'

Stop them with: npm run lab -- down`;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof LabError)) throw error;
  const next = errorCode(error) === 'lab-exists' ? ' (npm run lab -- down)' : '';
  console.error(`lab: ${error.message}${next}`);
  process.exitCode = 1;
}
