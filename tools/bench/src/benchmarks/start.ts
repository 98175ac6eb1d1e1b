import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Benchmark } from '../benchmark.js';
import { builtServer, emptyServer } from '../built.js';
import { askToInitialize } from '../initialize.js';
import { interleave } from '../interleave.js';
import { compared } from '../row.js';
import { serverEnvironment } from '../server.js';
import { median } from '../statistics.js';

/** From the start of the process to its answer to `initialize`. */
export const start: Benchmark = {
  name: 'start',
  async run(stand) {
    const folder = await mkdtemp(join(stand.folder, 'start-'));
    const inventory = join(folder, 'cluster.yaml');
    await writeFile(inventory, 'nodes: [{ id: n1, host: 127.0.0.1 }]\n');
    const ours = (home: string) =>
      askToInitialize([builtServer, '--config', inventory], serverEnvironment(home));
    const times = await interleave(stand.rounds(30), {
      warm: { measure: () => ours(join(folder, 'warm')) },
      empty: { measure: () => askToInitialize([emptyServer], {}) },
      first: { measure: async () => ours(await mkdtemp(join(folder, 'first-'))) },
    });
    const theirs = { against: 'an empty server', theirs: median(times.empty), unit: 'ms' };
    return [
      compared({ name: 'start to initialize', ours: median(times.warm), ...theirs, atMost: 1.3 }),
      compared({ name: 'the same, first time ever', ours: median(times.first), ...theirs }),
    ];
  },
};
