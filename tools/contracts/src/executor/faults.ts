import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { collect } from './collect.js';
import type { Bench, RemoteSetup } from './bench.js';

/** A connection that fails: nothing is claimed that was not seen, and nothing runs twice. */
export function faults(bench: Bench<RemoteSetup>): void {
  describe('a connection that fails', () => {
    it('while it is made: a cancel waits for nothing, and nothing runs', async () => {
      const { connection, folder } = bench.setup;
      const file = `${folder}/${randomUUID()}`;
      const executor = connection.unconnected();
      await connection.freeze();
      try {
        const controller = new AbortController();
        const running = collect(executor, { command: `echo >>${file}`, signal: controller.signal });
        setImmediate(() => controller.abort());
        expect((await running).exit).toEqual({ kind: 'cancelled', stopped: 'yes' });
      } finally {
        await connection.thaw();
      }
      const looked = await collect(executor, { command: `ls ${file} 2>/dev/null || echo none` });
      expect(looked.stdout).toBe('none\n');
    });

    it('in the middle of its output: lost, not run again, and the next one runs', async () => {
      const { connection, folder } = bench.setup;
      const file = `${folder}/${randomUUID()}`;
      let cut: Promise<void> | undefined;
      const ran = await bench.run({
        command: `echo $$ >>${file}; while :; do echo line; sleep 0.01; done`,
        onOutput: () => {
          cut ??= connection.cut();
        },
      });
      await cut;
      expect(ran.exit).toEqual({ kind: 'lost' });
      expect(ran.stdout).toMatch(/^(line\n)+$/);
      expect(await bench.said(`wc -l <${file}`)).toMatch(/^\s*1$/);
    });
  });
}
