import type { Call, Span } from '../frames/call.js';

/** What a command would do to something. A user's rule may name one. */
export const effectNames = [
  'delete-tree',
  'delete-file',
  'overwrite',
  'append',
  'move-away',
  'write-device',
  'change-permissions',
  'change-volume',
  'grant-privilege',
  'grant-access',
  'change-account',
  'power',
  'kill',
  'cut-network',
  'change-network',
  'open-network',
  'send-data',
  'read-secret',
  'run-download',
  'run-installer',
  'run-opaque',
  'run-unknown',
  'reverse-shell',
  'fork-loop',
  'exhaust-memory',
  'poison-environment',
  'change-security',
  'change-service',
  'change-package',
  'change-scheduled',
  'tamper-log',
  'tamper-history',
  'discard-work',
  'rewrite-remote',
  'change-git-config',
  'delete-container',
  'escape-container',
  'delete-kubernetes',
  'change-kubernetes',
  'delete-cloud',
  'change-cloud',
  'cancel-jobs',
  'drop-data',
  'change-data',
  'change-policy',
  'mislead',
] as const;

export type EffectName = (typeof effectNames)[number];

/** How far it reaches: for paths where they lie, for the rest whether one thing or many. */
export const scopeNames = [
  'workspace', // below the folder the command starts in, and what builds make
  'project', // that folder itself, all of it
  'above', // a folder that contains it
  'temporary', // below a folder for temporary files or a cache
  'temporary-root', // all of such a folder
  'personal', // in a home, outside of the workspace
  'home', // a home, all of it, or its keys and settings
  'elsewhere', // another absolute path
  'settings', // the system's configuration
  'system', // the system's own folders and accounts
  'root', // everything
  'device',
  'protected', // this program's own configuration and state
  'container', // inside a container that is thrown away
  'harmless', // /dev/null and its kin
  'one',
  'all',
  'cluster',
  'unknown',
] as const;

export type Scope = (typeof scopeNames)[number];

export interface Effect {
  readonly effect: EffectName;
  readonly scope: Scope;
  /** What it is about, for a person to read. */
  readonly target: string;
  readonly span: Span;
  readonly frames: readonly string[];
  readonly call: Call | undefined;
}
