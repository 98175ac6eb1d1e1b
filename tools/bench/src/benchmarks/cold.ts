import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadSshConfiguration, type SshConfiguration } from '@cluster-execution/ssh-transport';
import type { Benchmark } from '../benchmark.js';
import { interleave } from '../interleave.js';
import { transportTo } from '../library.js';
import type { Nodes } from '../nodes.js';
import { compared, measured } from '../row.js';
import { createSsh } from '../ssh.js';
import { manyNodes, type Stand } from '../stand.js';
import { median } from '../statistics.js';

/** `true` on many nodes at once where no connection is open yet; servers limit log-ins as sshd does by default. */
export const cold: Benchmark = {
  name: 'cold',
  async run(stand) {
    const nodes = await stand.manyNodes();
    const ids = nodes.nodes.map(({ id }) => id);
    const ssh = createSsh(nodes, stand.folder);
    const times = await interleave(stand.rounds(5), {
      transport: { once: () => everywhere(nodes, stand, ids) },
      ssh: { once: () => Promise.all(ids.map((id) => ssh.fresh(id, 'true'))) },
    });
    const { configuration, hosts } = await namesOfOne(nodes, stand);
    const one = await interleave(stand.rounds(5), {
      transport: { once: () => everywhere({ ...nodes, nodes: [] }, stand, hosts, configuration) },
    });
    const about = { unit: 'ms' };
    return [
      compared({
        name: `transport alone, connecting to ${ids.length}`,
        ours: median(times.transport),
        against: 'as many ssh',
        theirs: median(times.ssh),
        ...about,
        atMost: 0.5,
      }),
      measured({
        name: `the same to ${hosts.length} names of one server`,
        ours: median(one.transport),
        ...about,
        note: 'not one refused',
      }),
    ];
  },
};

/** Throws where one of them fails. */
async function everywhere(
  nodes: Nodes,
  stand: Stand,
  names: readonly string[],
  configuration?: SshConfiguration,
): Promise<void> {
  const { transport, run } = transportTo(nodes, stand.folder, configuration);
  try {
    await Promise.all(names.map(run));
  } finally {
    transport.close();
  }
}

/** Names that an SSH configuration leads to one and the same server: each has a connection of its own. */
async function namesOfOne(
  nodes: Nodes,
  stand: Stand,
): Promise<{ configuration: SshConfiguration; hosts: string[] }> {
  const [node] = nodes.nodes;
  if (node === undefined) throw new Error('There is no node.');
  const hosts = Array.from({ length: manyNodes }, (_, index) => `alias${index + 1}`);
  const path = join(stand.folder, 'aliases');
  await writeFile(path, `Host alias*\n  HostName ${node.host}\n  Port ${node.port}\n  User ${nodes.user}\n`);
  const configuration = loadSshConfiguration({
    files: [{ path }],
    readFile: (file) => readFileSync(file, 'utf8'),
    listFolder: () => undefined,
    home: stand.folder,
    localUser: nodes.user,
    localHostname: 'bench',
    env: {},
  });
  return { configuration, hosts };
}
