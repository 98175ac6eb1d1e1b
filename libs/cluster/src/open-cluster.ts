import { join } from 'node:path';
import { findLanAddress } from '@cluster-execution/ip-resolution';
import { stateFolder } from '@cluster-execution/node-registry';
import type { TaskError } from './answers/task-error.js';
import { createDirectBackend } from './backends/direct/direct.js';
import { readStatus, type ClusterStatus } from './calls/status.js';
import { createTaskCalls, type TaskCalls } from './calls/task-calls.js';
import { createJobs, type Jobs } from './jobs.js';
import { createOutputFolder } from './outputs/output-folder.js';
import { isOwnerAlive } from './tasks/process-start-time.js';
import { openTaskStore } from './tasks/sqlite-store.js';
import type { TaskStore } from './tasks/store.js';
import { createFileWake } from './tasks/wake.js';
import type { AskSecret } from './wiring/connections.js';
import type { Context } from './wiring/context.js';
import { openSettings, type Current } from './wiring/current-settings.js';
import { protectedPaths } from './wiring/protected-paths.js';
import type { Surroundings } from './wiring/surroundings.js';

export interface OpenClusterOptions {
  around: Surroundings;
  /** `--config FILE`. */
  configFlag?: string;
  /** Settings by their dotted path; they win over the environment. */
  flags?: Readonly<Record<string, unknown>>;
  /** Something that somebody should know and that stops nothing. */
  notice?: (message: string) => void;
  /** Asks a person for a password that a node wants; its answer is kept nowhere. Nobody is asked where absent. */
  askSecret?: AskSecret;
}

/** A cluster, open: what the apps drive. */
export interface Cluster extends Pick<Jobs, 'run' | 'runAll' | 'plan' | 'resume'> {
  readonly tasks: TaskCalls;
  status(input?: unknown): Promise<ClusterStatus | TaskError>;
  /** This machine's address as the others see it: the source of the route to the gateway, else to the DNS server. */
  localAddress(): Promise<string | undefined>;
  /** What is in force now: settings, their sources, the SSH configuration. */
  current(): Current;
  readonly configuration: { path: string; error: Error | undefined };
  readonly store: TaskStore;
  readonly stateFolder: string;
  /** Our own files, which the policy lets no command change. */
  readonly protectedPaths: readonly string[];
  /** Ends this process's commands, waits until that is on record, and closes connections and files. */
  close(): Promise<void>;
}

/** Tasks and outputs older than this are removed, except the newest thousand. */
const keptMs = 14 * 24 * 60 * 60 * 1000;
const keptTasks = 1_000;

/**
 * Opens the cluster of the configuration. Throws a ConfigurationError, PolicyError, SshConfigurationError or
 * TaskStoreError, each with a `code` and a message that says what to do.
 */
export async function openCluster(options: OpenClusterOptions): Promise<Cluster> {
  const { around, notice = () => undefined } = options;
  const now = () => performance.now();
  const settings = await openSettings({
    around,
    now,
    notice,
    ...(options.configFlag === undefined ? {} : { configFlag: options.configFlag }),
    ...(options.askSecret === undefined ? {} : { askSecret: options.askSecret }),
    ...(options.flags === undefined ? {} : { flags: options.flags }),
  });
  const folder = stateFolder(around.env, around.home);
  const wake = createFileWake(folder);
  const store = await openTaskStore({ folder, wake, onEvent: (event) => notice(describeEvent(event)) });
  const outputs = createOutputFolder(join(folder, 'outputs'));
  store.reap(isOwnerAlive);
  const reap = createReaper(store, notice, now);
  const removed = store.prune(keptMs, keptTasks);

  const context: Context = {
    settings: () => settings.get().settings,
    backend: createDirectBackend({
      fleet: () => settings.get().settings.fleet,
      store,
      onChange: (listener) =>
        void wake.onWake(() => {
          reap();
          listener();
        }),
    }),
    store,
    wake,
    outputs,
    cwd: around.cwd,
    home: around.home,
    protectedPaths: protectedPaths(settings.path, folder, settings.get().settings.configuration, around.home),
    notice,
  };
  const jobs = createJobs(context);
  // Its first look takes a moment, and nearly every command wants it.
  void settings.get().settings.fleet.local.observer.observe(0);
  const cleaned = outputs.remove(removed);

  return {
    run: jobs.run,
    runAll: jobs.runAll,
    plan: jobs.plan,
    resume: jobs.resume,
    tasks: createTaskCalls(context, jobs),
    status: (input = {}) => readStatus(context, input, settings.error, now),
    localAddress: () => {
      const { gateway, dns } = settings.get().settings.configuration.addresses;
      return findLanAddress({ dns, ...(gateway === undefined ? {} : { gateway }) });
    },
    current: () => settings.get(),
    configuration: {
      path: settings.path,
      get error() {
        return settings.error;
      },
    },
    store,
    stateFolder: folder,
    protectedPaths: context.protectedPaths,
    async close() {
      await jobs.close();
      await cleaned;
      settings.close();
      wake.close();
      store.close();
    },
  };
}

/** A process that was killed rings no bell: it is looked for no more often than the bell is listened for without one. */
const reapMs = 500;

/** Frees the slots of processes that were killed. A store that is busy now is asked again later. */
function createReaper(store: TaskStore, notice: (message: string) => void, now: () => number): () => void {
  let lookedAt = now();
  return () => {
    if (now() - lookedAt < reapMs) return;
    lookedAt = now();
    try {
      store.reap(isOwnerAlive);
    } catch (error) {
      notice(
        `Tasks whose process is gone could not be ended: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  };
}

function describeEvent(
  event: Parameters<NonNullable<Parameters<typeof openTaskStore>[0]['onEvent']>>[0],
): string {
  return event.type === 'store-corrupt'
    ? `The task record was damaged; it was moved to ${event.movedTo} and a new one begun.`
    : `The state folder ${event.folder} can be entered by others; make it private: chmod 700.`;
}
