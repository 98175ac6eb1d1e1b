import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Folders and an environment of their own for what is tested; removed when disposed of. */
export interface Place extends AsyncDisposable {
  folder: string;
  /** The working folder. */
  project: string;
  home: string;
  configFile: string;
  env: Record<string, string>;
}

export interface PlaceOptions {
  /** The text of the configuration file; none: there is no such file. */
  config?: string;
  env?: Record<string, string>;
  /** That of a place made before. */
  folder?: string;
}

/** Configuration, state, home, temporary and project folder, and an environment that leads an app there. */
export async function makePlace(options: PlaceOptions = {}): Promise<Place> {
  const folder = options.folder ?? (await realpath(await mkdtemp(join(tmpdir(), 'cluster-app-'))));
  const [project, home, temporary] = [join(folder, 'project'), join(folder, 'home'), join(folder, 'tmp')];
  const configFile = join(folder, 'cluster.yaml');
  await Promise.all([project, home, temporary].map((path) => mkdir(path, { recursive: true })));
  if (options.config !== undefined) await writeFile(configFile, options.config);
  const env = {
    HOME: home,
    PATH: process.env['PATH'] ?? '',
    TMPDIR: temporary,
    CLUSTER_STATE_DIR: join(folder, 'state'),
    ...(options.config === undefined ? {} : { CLUSTER_CONFIG: configFile }),
    ...options.env,
  };
  return {
    folder,
    project,
    home,
    configFile,
    env,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  };
}
