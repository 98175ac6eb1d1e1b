import { lstat, mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { buildLab, closeLab, describeLab, type LabParts } from './lab.js';
import { errorCode, LabError } from './lab-error.js';
import type { NodePlan } from './node-plan.js';
import { createServerNode } from './server-node.js';

/** Where the one lab of this user lies that outlives the command that started it. */
export function standingFolder(env: NodeJS.ProcessEnv): string {
  const runtime = env['XDG_RUNTIME_DIR'];
  if (runtime) return join(runtime, 'cluster-execution-lab');
  return join(tmpdir(), `cluster-execution-lab-${userInfo().uid}`);
}

/** Starts nodes and leaves them running. Throws `lab-exists`, `no-sshd`. */
export async function raise(folder: string, nodes: number): Promise<LabParts> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await checkOwner(folder);
  const parts = await buildLab({ nodes, folder, engine: 'sshd' });
  await writeFile(join(parts.folder, 'cluster.yaml'), describeLab(parts).clusterYaml());
  return parts;
}

/** Finds the lab that an earlier command left. Throws `no-lab`. */
export async function find(folder: string): Promise<LabParts> {
  try {
    await checkOwner(folder);
    const plans = JSON.parse(await readFile(join(folder, 'plans.json'), 'utf8')) as NodePlan[];
    return { folder, engine: 'sshd', nodes: plans.map(createServerNode) };
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    throw new LabError('no-lab', `there is no lab in ${folder}: start one with "npm run lab -- up 3"`, error);
  }
}

export async function raze(folder: string): Promise<void> {
  await closeLab(await find(folder));
}

/** Among the temporary files anybody can make a folder of that name first, and its plans name programs to run. */
async function checkOwner(folder: string): Promise<void> {
  const found = await lstat(folder);
  if (found.isDirectory() && found.uid === userInfo().uid && (found.mode & 0o077) === 0) return;
  throw new LabError('lab-exists', `${folder} is not a folder of your own with mode 0700: remove it first`);
}
