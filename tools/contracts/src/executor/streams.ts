import { randomBytes } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import type { Bench } from './bench.js';
import { gate, stableValue } from './wait.js';

const mebibyte = 1_048_576;

/** What goes in and comes out: every byte, none of it before its time. */
export function streams(bench: Bench): void {
  const { run, said } = bench;

  it('keeps standard output and standard error apart, byte for byte', async () => {
    const ran = await run({ command: `printf 'a\\0\\377b'; printf 'err\\n' >&2` });
    expect([...ran.output]).toEqual([0x61, 0, 0xff, 0x62]);
    expect(ran.stderr).toBe('err\n');
    expect(ran.starts).toBe(1);
  });

  it('carries any bytes both ways', async () => {
    const bytes = randomBytes(mebibyte);
    const { output } = await run({ command: 'cat', stdin: bytes });
    expect(output.equals(bytes)).toBe(true);
  });

  it('gives a command that asks for input the end of it at once', async () => {
    expect((await run({ command: 'cat; readlink /dev/fd/0 || :' })).stdout.trim()).toBe('/dev/null');
  });

  it('does not mind a command that does not read its input', async () => {
    const { exit } = await run({ command: 'exit 3', stdin: Buffer.alloc(500_000) });
    expect(exit).toEqual({ kind: 'exited', code: 3 });
  });

  it('hands on input as it comes, and output too', async () => {
    const stdin = new PassThrough();
    const lines: string[] = [];
    stdin.write('line 0\n');
    const ran = await run({
      command: 'while read -r line; do echo "got $line"; done; echo end',
      stdin,
      onOutput: (_stream, chunk) => {
        lines.push(chunk.toString());
        // The next line is written only once the answer to the last one has come.
        if (lines.length < 5) stdin.write(`line ${lines.length}\n`);
        else if (!stdin.writableEnded) stdin.end();
      },
    });
    expect(ran.stdout).toBe('got line 0\ngot line 1\ngot line 2\ngot line 3\ngot line 4\nend\n');
  });

  it('stops the command from writing while its reader does not read, and keeps none of it', async () => {
    const reader = gate();
    const total = 96 * mebibyte;
    const started = gate();
    let writer = '';
    let bytes = 0;
    const before = memoryBytes();
    const running = bench.setup.executor.execute({
      command: `echo $$; exec head -c ${total} /dev/zero`,
      onOutput: (_stream, chunk) => {
        if (writer === '') writer = chunk.toString('latin1', 0, chunk.indexOf('\n'));
        bytes += chunk.length;
        started.open();
        return reader.opened;
      },
    });
    await started.opened;
    const written = await stableValue(async () =>
      Number(await said(`sed -n 's/^wchar: //p' /proc/${writer}/io`)),
    );
    // Windows and buffers on the way hold some: of the channel, of sockets, of pipes.
    expect(written).toBeGreaterThan(0); // it is still there
    expect(written).toBeLessThan(24 * mebibyte);
    expect(memoryBytes() - before).toBeLessThan(48 * mebibyte);
    reader.open();
    expect((await running).exit).toEqual({ kind: 'exited', code: 0 });
    expect(bytes).toBe(total + writer.length + 1);
  });
}

/** What this process holds outside the heap of its engine, where chunks lie. */
function memoryBytes(): number {
  const { arrayBuffers } = process.memoryUsage();
  return arrayBuffers;
}
