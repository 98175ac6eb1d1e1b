import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inRoot } from './root.mjs';

interface Import {
  from: string;
  to: string;
}

interface Violation {
  from: string;
  rule: { name: string };
}

/** One forbidden import for each rule, and what it is called by. */
const bad: Record<string, Import> = {
  'leaf-imports-sibling': { from: 'libs/ip-resolution/src/a.ts', to: '@cluster-execution/node-registry' },
  'library-imports-app-or-tool': { from: 'libs/cluster/src/b.ts', to: '@cluster-execution/lab' },
  'test-imports-app-or-tool': { from: 'libs/cluster/src/c.test.ts', to: '@cluster-execution/bench' },
  'mcp-server-imports': { from: 'apps/mcp-server/src/d.ts', to: '@cluster-execution/lab' },
  'cli-imports': { from: 'apps/cli/src/e.ts', to: '@cluster-execution/ssh-transport' },
  'probe-imports': { from: 'apps/probe/src/f.ts', to: '@cluster-execution/cluster' },
  'lab-imports-workspace': { from: 'tools/lab/src/g.ts', to: '@cluster-execution/cluster' },
  'package-inside': { from: 'libs/cluster/src/h.ts', to: '../../node-registry/src/index.js' },
  'room-execution': { from: 'libs/cluster/src/execution/i.ts', to: '../placement/inside.js' },
  'room-placement': { from: 'libs/cluster/src/placement/j.ts', to: '../tasks/inside.js' },
  'room-tasks': { from: 'libs/cluster/src/tasks/k.ts', to: '../outputs/inside.js' },
  'room-outputs': { from: 'libs/cluster/src/outputs/t.ts', to: '../answers/inside.js' },
  'room-answers': { from: 'libs/cluster/src/answers/v.ts', to: '../observation/inside.js' },
  'room-observation': { from: 'libs/cluster/src/observation/l.ts', to: '../backends/inside.js' },
  'room-backends': { from: 'libs/cluster/src/backends/m.ts', to: '../wiring/inside.js' },
  'room-wiring': { from: 'libs/cluster/src/wiring/u.ts', to: '../request/inside.js' },
  'room-request': { from: 'libs/cluster/src/request/w.ts', to: '../job/inside.js' },
  'room-job': { from: 'libs/cluster/src/job/x.ts', to: '../calls/inside.js' },
  'room-calls': { from: 'libs/cluster/src/calls/y.ts', to: '../index.js' },
  circular: { from: 'libs/metrics-probe/src/n.ts', to: './n.js' },
  unresolvable: { from: 'libs/cluster/src/o.ts', to: '@cluster-execution/node-registry/src/index.js' },
  'workspace-not-listed': { from: 'tools/contracts/src/s.ts', to: '@cluster-execution/metrics-probe' },
  'not-listed': { from: 'libs/command-policy/src/p.ts', to: 'unlisted' },
  'test-not-listed': { from: 'libs/command-policy/src/q.test.ts', to: 'unlisted' },
  'development-only': { from: 'libs/command-policy/src/r.ts', to: 'for-development' },
};

const good: Import[] = [
  { from: 'libs/cluster/src/run.ts', to: '@cluster-execution/ip-resolution' },
  { from: 'libs/cluster/src/run.ts', to: './backends/inside.js' },
  { from: 'libs/cluster/src/backends/direct.ts', to: '../observation/inside.js' },
  { from: 'libs/cluster/src/tasks/record.ts', to: '../execution/inside.js' },
  { from: 'libs/cluster/src/run.test.ts', to: '@cluster-execution/lab' },
  { from: 'libs/ssh-transport/src/ssh.lab.test.ts', to: '@cluster-execution/lab' },
  { from: 'libs/command-policy/src/policy.test.ts', to: 'vitest' },
  { from: 'libs/command-policy/src/policy.ts', to: 'listed' },
  { from: 'tools/workspace/documents.test.ts', to: '@cluster-execution/node-registry' },
  { from: 'apps/mcp-server/src/main.ts', to: '@cluster-execution/cluster' },
  { from: 'apps/cli/src/main.ts', to: '@cluster-execution/lab' },
  { from: 'apps/probe/src/main.ts', to: '@cluster-execution/metrics-probe' },
];

const libraries = [
  'node-registry',
  'ip-resolution',
  'command-policy',
  'metrics-probe',
  'ssh-transport',
  'cluster',
];
const tools = ['lab', 'bench', 'contracts'];
const rooms = 'execution placement tasks outputs answers observation backends wiring request job calls'.split(
  ' ',
);

let folder: string;
let violations: Violation[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cluster-boundaries-'));
  await write('package.json', manifest('fixture', { workspaces: ['libs/*', 'apps/*', 'tools/*'] }));
  for (const name of libraries) await writePackage(`libs/${name}`);
  for (const name of tools) await writePackage(`tools/${name}`);
  for (const name of ['mcp-server', 'cli', 'probe']) await writePackage(`apps/${name}`);
  for (const room of rooms) await write(`libs/cluster/src/${room}/inside.ts`, 'export const inside = 1;\n');
  for (const name of ['listed', 'unlisted', 'for-development', 'vitest']) {
    await write(`node_modules/${name}/package.json`, manifest(name, { exports: './index.js' }));
    await write(`node_modules/${name}/index.js`, 'export {};\n');
  }
  for (const [index, { from, to }] of [...good, ...Object.values(bad)].entries()) {
    await write(from, `import ${JSON.stringify(to)};\n`, index < good.length ? 'a' : 'w');
  }
  violations = await cruise();
}, 60_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('module boundaries', () => {
  test.each(Object.entries(bad))('%s stops %o', (rule, { from }) => {
    const rules = violations.filter((violation) => violation.from === from).map(({ rule: { name } }) => name);
    expect(rules).toContain(rule);
  });

  test('what is allowed passes', () => {
    const allowed = new Set(good.map(({ from }) => from));
    expect(violations.filter(({ from }) => allowed.has(from))).toEqual([]);
  });

  test('every rule is broken once here', async () => {
    const { default: config } = (await import(inRoot('.dependency-cruiser.cjs'))) as {
      default: { forbidden: { name: string }[] };
    };
    const names = new Set(config.forbidden.map(({ name }) => name));
    expect(Object.keys(bad).toSorted()).toEqual([...names].toSorted());
  });
});

function manifest(name: string, more: object): string {
  const content = { name, version: '1.0.0', type: 'module', ...more };
  return `${JSON.stringify(content)}\n`;
}

/** A package that lists what it imports here, except where that is what it does wrong. */
async function writePackage(path: string): Promise<void> {
  const name = `@cluster-execution/${path.split('/')[1]}`;
  const siblings = [...libraries, ...tools]
    .filter((sibling) => !(path === 'tools/contracts' && sibling === 'metrics-probe'))
    .map((sibling) => [`@cluster-execution/${sibling}`, '1.0.0']);
  const more = {
    exports: { '.': { '@cluster-execution/source': './src/index.ts' } },
    dependencies: { ...Object.fromEntries(siblings), listed: '1.0.0' },
    devDependencies: { 'for-development': '1.0.0' },
  };
  await write(`${path}/package.json`, manifest(name, more));
  await write(`${path}/src/index.ts`, 'export {};\n');
  await mkdir(join(folder, 'node_modules/@cluster-execution'), { recursive: true });
  await symlink(join('../..', path), join(folder, 'node_modules', name));
}

async function write(path: string, text: string, flag = 'w'): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text, { flag });
}

/** Our own rules, on the tree in the temporary folder. */
async function cruise(): Promise<Violation[]> {
  const args = [inRoot('node_modules/.bin/depcruise'), '--config', inRoot('.dependency-cruiser.cjs')];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...args, '--output-type', 'json', 'libs', 'apps', 'tools'],
    { cwd: folder, maxBuffer: 1e8 },
  );
  const { summary } = JSON.parse(stdout) as { summary: { violations: Violation[] } };
  return summary.violations;
}
