import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Bench } from './bench.js';

/** Many at once. */
export function crowds(bench: Bench): void {
  const { run, said } = bench;

  it('runs 40 at once, each once and with its own answer', async () => {
    const file = `${bench.setup.folder}/${randomUUID()}`;
    const numbers = Array.from({ length: 40 }, (_, index) => index);
    const ran = await Promise.all(
      numbers.map((number) => run({ command: `echo ${number} >>${file}; echo ${number}; exit ${number}` })),
    );
    expect(ran.map(({ stdout }) => stdout.trim())).toEqual(numbers.map(String));
    expect(ran.map(({ exit }) => exit)).toEqual(numbers.map((code) => ({ kind: 'exited', code })));
    expect((await said(`sort -n ${file}`)).split('\n')).toEqual(numbers.map(String));
  });
}
