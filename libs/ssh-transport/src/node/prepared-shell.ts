import type { LaunchShell } from '../process/launch.js';
import { captureEnvironment, keepEnvironment, type RunOnNode } from './environment.js';
import type { Greeting } from './greeting.js';

export interface PreparedShellOptions {
  /** Asks the node anew. */
  greet(): Promise<Greeting>;
  /** Runs a command of ours there, without the user's environment. */
  run(shell: LaunchShell): RunOnNode;
  /** How often a node in use is looked at for start-up files that have changed. */
  checkMs: number;
  onNotice(message: string): void;
}

/** An environment that the node cannot be asked about is taken for a changed one after an hour. */
const unkeptMs = 3_600_000;

interface Prepared {
  shell: LaunchShell;
  /** When it is looked at again. */
  dueAt: number;
}

/**
 * The shell with the environment that commands run in. It is found out once; later calls get it at once and, from time
 * to time, have it looked at in the background, so that what the user adds to his start-up files arrives here too.
 */
export function createPreparedShell(greeting: () => Promise<Greeting>, options: PreparedShellOptions) {
  let prepared: Promise<Prepared> | undefined;
  let looking = false;
  let told = false;

  async function prepare(found: Greeting): Promise<Prepared> {
    const bare = bareShell(found);
    const kept = { ...bare, environmentFile: found.environmentFile };
    const soon = performance.now() + options.checkMs;
    if (found.environment === 'kept') return { shell: kept, dueAt: soon };
    if (found.environment === 'none') return { shell: silent(bare), dueAt: soon };
    const run = options.run(bare);
    const environment = await captureEnvironment(run, found.loginShell);
    // Nothing is kept, too, so that not every caller waits for a login shell that hangs.
    const written = await keepEnvironment(run, found.environmentFile, environment);
    const dueAt = written ? soon : performance.now() + unkeptMs;
    if (environment === undefined) return { shell: silent(bare), dueAt };
    return { shell: written ? kept : { ...bare, environment }, dueAt };
  }

  /** Told once, however often it is found. */
  function silent(bare: LaunchShell): LaunchShell {
    if (told) return bare;
    told = true;
    options.onNotice(
      'The login shell did not tell its environment in time; commands run with the server’s own. It is asked again in an ' +
        'hour, or when a start-up file changes.',
    );
    return bare;
  }

  function lookAgain({ dueAt }: Prepared): void {
    if (looking || performance.now() < dueAt) return;
    looking = true;
    options
      .greet()
      .then(prepare)
      .then((anew) => (prepared = Promise.resolve(anew)))
      .catch(() => undefined) // the commands themselves tell what is wrong with the node
      .finally(() => (looking = false));
  }

  return async (): Promise<LaunchShell> => {
    prepared ??= greeting()
      .then(prepare)
      .catch((error: unknown) => {
        prepared = undefined;
        throw error;
      });
    const present = await prepared;
    lookAgain(present);
    return present.shell;
  };
}

export function bareShell({ shell, posixLogin, group }: Greeting): LaunchShell {
  return { shell, posixLogin, group };
}
