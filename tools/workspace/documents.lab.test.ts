import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeBlocks, documents } from './code-blocks.js';
import { run } from './processes.mjs';
import { inRoot } from './root.mjs';

const programs: Record<string, string> = {
  'cluster-router': inRoot('apps/cli/dist/main.js'),
  'cluster-probe': inRoot('apps/probe/dist/main.js'),
};

/** Each line of a `sh` block after <!-- test: exit N --> has to end with that code. No shell is near: lines are only split. */
const commands = documents()
  .flatMap((file) => codeBlocks(file))
  .flatMap(({ file, line, language, mark, text }) => {
    const code = language === 'sh' ? /^exit (\d+)$/.exec(mark ?? '')?.[1] : undefined;
    if (code === undefined) return [];
    return text
      .split('\n')
      .map((command, index) => ({ place: `${file}:${line + 1 + index}`, command, code: Number(code) }))
      .filter(({ command }) => command !== '' && !command.startsWith('#'));
  });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cluster-documents-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(commands)('$place ends with $code: $command', async ({ command, code }) => {
  const [name = '', ...args] = words(command);
  const program = programs[name];
  if (program === undefined)
    throw new Error(`Only ${Object.keys(programs).join(' and ')} are run, not ${name}.`);
  const env = { PATH: process.env['PATH'], HOME: folder, CLUSTER_STATE_DIR: join(folder, 'state') };
  const ended = await run(process.execPath, [program, ...args], { cwd: folder, env });
  expect(ended, ended.output).toMatchObject({ code });
});

test('words are split as a shell splits plain ones', () => {
  expect(words(`cluster-router plan "make -j8 all" --os 'linux'  # why`)).toEqual([
    'cluster-router',
    'plan',
    'make -j8 all',
    '--os',
    'linux',
  ]);
});

function words(command: string): string[] {
  const found = command.replace(/\s+#.*$/, '').matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g);
  return [...found].map(([, double, single, plain]) => double ?? single ?? plain ?? '');
}
