import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeBlocks } from './code-blocks.js';
import { pack, publishedPackages } from './packages.mjs';
import { run } from './processes.mjs';
import { inRoot, root } from './root.mjs';
import { toolEnvironment } from './runtime.mjs';

const packages = publishedPackages();
const libraries = packages.filter(({ kind }) => kind === 'library');

/** What another agent server's author has: an empty project, and what npm would publish. */
let project: string;

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'cluster-packaging-'));
  const tarballs = join(project, 'tarballs');
  await mkdir(tarballs);
  const packed = await pack(tarballs);
  // Node's types, and none of those that the workspace has besides.
  await mkdir(join(project, 'types'));
  await symlink(inRoot('node_modules/@types/node'), join(project, 'types/node'));
  const manifest = { name: 'somebody-elses', private: true, type: 'module' };
  await writeFile(join(project, 'package.json'), JSON.stringify(manifest));
  const options = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const args = ['install', ...options, ...packed.map(({ tarball }) => tarball)];
  const { code, output } = await run('npm', args, { cwd: project, env: toolEnvironment() });
  if (code !== 0) throw new Error(`npm install failed:\n${output}`);
}, 240_000);

afterAll(() => rm(project, { recursive: true, force: true }));

describe('packed and installed outside the workspace', () => {
  test.each(libraries)("$name: its README's example compiles and runs", async ({ name }) => {
    const file = `node_modules/${name}/README.md`;
    const text = await readFile(join(project, file), 'utf8');
    const [opening] = codeBlocks(file, text);
    expect(opening, 'A README opens with an example in a ts block.').toMatchObject({ language: 'ts' });
    expect(text.split('\n').slice(0, opening?.line), 'No section comes before it.').not.toContainEqual(
      expect.stringMatching(/^##/),
    );

    const example = `${name.replace('@cluster-execution/', '')}.ts`;
    await writeFile(join(project, example), opening?.text ?? '');
    const compiled = await run(
      process.execPath,
      [inRoot('node_modules/ts7/bin/tsc'), ...compilerOptions, example],
      {
        cwd: project,
      },
    );
    expect(compiled).toEqual({ code: 0, output: '' });
    const ran = await run(process.execPath, [example], { cwd: project });
    expect(ran, ran.output).toMatchObject({ code: 0 });
    expect(ran.output).not.toBe('');
  });

  test.each(packages)('$name: holds no tests, no fixtures, no path of this machine', async ({ name }) => {
    const folder = join(project, 'node_modules', name);
    const files = await readdir(folder, { recursive: true });
    expect(files.filter((file) => /\.test\.|testing\/|fixtures|e2e|\.tsbuildinfo|tsup/.test(file))).toEqual(
      [],
    );
    expect(files).toEqual(expect.arrayContaining(['package.json', 'README.md', 'LICENSE']));
    const texts = files.filter((file) => /\.(js|ts|md|json|map)$/.test(file));
    const paths = await Promise.all(
      texts.map(async (file) => ((await readFile(join(folder, file), 'utf8')).includes(root) ? [file] : [])),
    );
    expect(paths.flat()).toEqual([]);
  });

  test('apps bring everything along', async () => {
    const { packages: locked } = JSON.parse(await readFile(join(project, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { dependencies?: object }>;
    };
    const apps = packages.filter(({ kind }) => kind === 'app');
    expect(apps.map(({ name }) => locked[`node_modules/${name}`]?.dependencies)).toEqual(
      apps.map(() => undefined),
    );
  });

  test('cluster-probe prints one line of JSON', async () => {
    const { code, output } = await runBin('cluster-probe');
    expect(code).toBe(0);
    expect(output.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(output)).toMatchObject({ version: 1 });
  });

  test('cluster-router judges a command', async () => {
    const { code, output } = await runBin('cluster-router', 'policy', 'check', 'make -j8', '--json');
    expect({ code, ...(JSON.parse(output) as object) }).toMatchObject({
      code: 0,
      verdict: 'allow',
      route: 'offload',
    });
  });

  test('cluster-execution-mcp answers an MCP client', async () => {
    const { Client } = await import('@modelcontextprotocol/sdk/client/index.js');
    const { StdioClientTransport } = await import('@modelcontextprotocol/sdk/client/stdio.js');
    const client = new Client({ name: 'packaging-test', version: '1' });
    const command = join(project, 'node_modules/.bin/cluster-execution-mcp');
    await client.connect(new StdioClientTransport({ command, env: strangerEnvironment(), cwd: project }));
    const { tools } = await client.listTools();
    await client.close();
    expect(tools.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['cluster_bash', 'cluster_status', 'offload_to', 'parallel_execute']),
    );
  });
});

/** The strictest that a consumer may have: what is published compiles by itself, with what it depends on and Node's types. */
const compilerOptions =
  '--noEmit --strict --skipLibCheck false --target es2023 --module nodenext --types node --typeRoots types'.split(
    ' ',
  );

function runBin(name: string, ...args: string[]) {
  return run(join(project, 'node_modules/.bin', name), args, { cwd: project, env: strangerEnvironment() });
}

/** Somebody's who has no cluster yet. */
function strangerEnvironment(): Record<string, string> {
  return { PATH: toolEnvironment().PATH, HOME: project, CLUSTER_STATE_DIR: join(project, 'state') };
}
