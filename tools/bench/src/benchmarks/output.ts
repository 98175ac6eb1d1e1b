import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Benchmark } from '../benchmark.js';
import { interleave } from '../interleave.js';
import { openTransport } from '../library.js';
import { memoryMegabytes } from '../proc.js';
import { compared, measured } from '../row.js';
import { median } from '../statistics.js';

/** What the transport asks for first. */
const sameCipher = 'aes128-gcm@openssh.com';

/** A long output of one command, from its first byte to its end. */
export const output: Benchmark = {
  name: 'output',
  async run(stand) {
    const node = 'n3';
    const mebibytes = stand.quick ? 256 : 1_024;
    const bytes = mebibytes * 1_048_576;
    const command = `head -c ${bytes} /dev/zero`;
    const [lab, ssh, transport] = [await stand.lab(), await stand.ssh(), await openTransport(stand)];
    const server = await stand.anotherServer(lab);
    const offload = async () => {
      const answer = await server.call('offload_to', { command, node_id: node, wait_seconds: 600 });
      if (answer['success'] !== true || answer['stdout_bytes'] !== bytes)
        throw new Error(`offload_to: ${JSON.stringify(answer)}`);
      return Number(answer['duration_ms']);
    };
    // A new file each time, as for us: what is written over another is spared the disk.
    const folder = await mkdtemp(join(stand.folder, 'kept-'));
    let files = 0;
    const keep = () => ssh.keep(node, command, join(folder, String((files += 1))));
    const times = await interleave(stand.rounds(4), {
      transport: { measure: () => transport.receive(node, command, bytes) },
      ssh: { measure: () => ssh.receive(node, command, { bytes }) },
      alike: { measure: () => ssh.receive(node, command, { bytes, cipher: sameCipher }) },
      kept: { measure: keep },
      offload: { measure: offload },
    });
    const rate = (ms: readonly number[]) => (mebibytes * 1_000) / median(ms);
    const unit = 'MiB/s';
    const asItComes = { unit, against: 'ssh as it comes', theirs: rate(times.ssh) };
    const alike = { unit, against: `ssh with ${sameCipher}`, theirs: rate(times.alike) };
    const kept = { unit, against: 'ssh over ControlMaster, into a file', theirs: rate(times.kept) };
    const name = `${mebibytes} MiB of output`;
    return [
      compared({
        name: `${name}, transport alone`,
        ours: rate(times.transport),
        ...asItComes,
        atLeast: 1,
      }),
      compared({
        name: `${name}, transport alone`,
        ours: rate(times.transport),
        ...alike,
        atLeast: 0.65,
      }),
      compared({ name: `${name}, offload_to, kept on disk`, ours: rate(times.offload), ...kept }),
      measured({
        name: 'server memory at its highest meanwhile',
        ours: memoryMegabytes(server.pid, 'highest'),
        unit: 'MB',
        atMost: 150,
      }),
    ];
  },
};
