import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Policy } from '@cluster-execution/command-policy';
import type { Benchmark } from '../benchmark.js';
import { inClone } from '../built.js';
import { measured } from '../row.js';
import { mean, median, percentile } from '../statistics.js';

/** Parsing, judging and classifying each command of the corpora, which are only ever text here. */
export const policy: Benchmark = {
  name: 'policy',
  async run(stand) {
    const { createPolicy } = await import('@cluster-execution/command-policy');
    const commands = await corpora();
    const judging = createPolicy();
    const once = () =>
      commands.map((text) => {
        const startedAt = performance.now();
        const parsed = judging.parse(text);
        judging.judge(parsed);
        judging.classify(parsed);
        return (performance.now() - startedAt) * 1_000;
      });
    const first = once();
    const times = Array.from({ length: stand.rounds(20) }, once).flat();
    const imports: number[] = [];
    for (let round = 0; round < stand.rounds(15); round += 1) imports.push(await importMs());
    const about = { unit: 'µs', note: `${commands.length} commands` };
    return [
      measured({ name: 'policy, mean a command', ours: mean(times), ...about, atMost: 500 }),
      measured({ name: 'policy, p99', ours: percentile(times, 0.99), ...about, atMost: 5_000 }),
      measured({ name: 'policy, mean in the first pass', ours: mean(first), ...about }),
      ...sizes(judging, stand.rounds(20)),
      measured({ name: 'policy, import', unit: 'ms', ours: median(imports), atMost: 30 }),
    ];
  },
};

const line = 'make -j8 test | tee out.log; for f in a b c; do rm -f $f.o; done; git commit -m "fix: x"\n';
const script = (bytes: number): string => line.repeat(Math.floor(bytes / line.length));

/** Time grows with the length up to the cap, and above it there is none to speak of. */
function sizes(judging: Policy, rounds: number) {
  const took = (text: string): number =>
    median(
      Array.from({ length: rounds }, () => {
        const startedAt = performance.now();
        const parsed = judging.parse(text);
        judging.judge(parsed);
        judging.classify(parsed);
        return performance.now() - startedAt;
      }),
    );
  const [short, long] = [script(20_000), script(99_900)];
  const growth = (took(long) / long.length) * (short.length / took(short));
  return [
    measured({
      name: 'policy, 100 kB against 20 kB',
      ours: growth,
      unit: 'times a byte',
      atMost: 2,
    }),
    measured({ name: 'policy, 100 kB', ours: took(long), unit: 'ms' }),
    measured({ name: 'policy, 5,000 ;', ours: took('ls; '.repeat(5_000)), unit: 'ms' }),
    measured({ name: 'policy, 1 MB refused', ours: took('a'.repeat(1_000_000)), unit: 'ms', atMost: 1 }),
    measured({
      name: 'policy, 200,000 nested $( refused',
      ours: took('$('.repeat(200_000)),
      unit: 'ms',
      atMost: 1,
    }),
  ];
}

async function corpora(): Promise<string[]> {
  const folder = inClone('libs/command-policy/src/corpora');
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.jsonl'));
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return texts
    .flatMap((text) => text.split('\n'))
    .filter((line) => line.trim() !== '')
    .map((line) => (JSON.parse(line) as { command: string }).command);
}

/** In a process of its own: a module is imported once. */
async function importMs(): Promise<number> {
  const library = pathToFileURL(inClone('libs/command-policy/dist/index.js')).href;
  const program = `const startedAt = performance.now();
    await import(${JSON.stringify(library)});
    console.log(performance.now() - startedAt);`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
  return Number(stdout);
}
