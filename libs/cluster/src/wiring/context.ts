import type { Finding } from '@cluster-execution/command-policy';
import type { Outcome } from '../answers/outcome.js';
import type { Backend } from '../backends/backend.js';
import type { OutputStream } from '../execution/executor.js';
import type { OutputFolder } from '../outputs/output-folder.js';
import type { TaskStore } from '../tasks/store.js';
import type { Wake } from '../tasks/wake.js';
import type { Settings } from './settings.js';

/** What every room may need of the outside; all of it is handed in. */
export interface Context {
  settings(): Settings;
  backend: Backend;
  store: TaskStore;
  wake: Wake;
  outputs: OutputFolder;
  /** The folder that commands run in where none is given: the agent's project. */
  cwd: string;
  home: string;
  /** Our own files, which no command may change. */
  protectedPaths: readonly string[];
  notice: (message: string) => void;
}

/** A question to a person. */
export interface Question {
  taskId: string;
  command: string;
  /** The node asked for, or where it would go. */
  node: string | undefined;
  findings: readonly Finding[];
}

/** Lets `work` begin when it is its turn; at once where `signal` is aborted, so that it can end. */
export type Turn = <T>(work: () => Promise<T>, signal: AbortSignal) => Promise<T>;

/** What a caller may want to hear of a running command, and how it answers for its person. */
export interface Hooks {
  /** Aborting cancels the command and everything it started. */
  signal?: AbortSignal;
  onOutput?(stream: OutputStream, chunk: Buffer): void | Promise<void>;
  /** At each change of status: queued, running, needs_approval. */
  onStatus?(outcome: Outcome): void;
  /** It waits for a person now, whoever that may be. */
  onHeld?(outcome: Outcome): void;
  /** Asks the person in front of the caller; `unavailable` where there is none. */
  ask?(question: Question, signal: AbortSignal): Promise<'yes' | 'no' | 'unavailable'>;
  /** Standard input as a stream, instead of the request's text. */
  stdin?: NodeJS.ReadableStream;
  /** One of several: it is dispatched when it is its turn. */
  turn?: Turn;
  /** One of several that are to be spread over the nodes. */
  spread?: boolean;
}
