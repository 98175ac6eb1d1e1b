import type { EffectName, Scope } from '../effects/effect.js';

export type Verdict = 'allow' | 'ask' | 'deny';

/** What the policy thinks of an effect at a scope. What no rule speaks of is allowed. */
export interface Rule {
  readonly id: string;
  readonly effects: readonly EffectName[];
  /** Left out: any scope. */
  readonly scopes?: readonly Scope[];
  readonly verdict: 'ask' | 'deny';
  /** Cannot be switched off by a user's rule. */
  readonly core?: true;
  readonly message: string;
  readonly suggestion?: string;
}

const everywhere: readonly Scope[] = ['root', 'home', 'system', 'settings', 'above'];

/** The first rule that fits an effect decides; the strictest effect decides for the line. */
export const rules: readonly Rule[] = [
  {
    id: 'policy-change',
    effects: ['change-policy'],
    verdict: 'deny',
    core: true,
    message: 'would answer for the person who is to approve; only they may, at a terminal',
  },
  {
    id: 'policy-files',
    effects: ['delete-tree', 'delete-file', 'overwrite', 'append', 'move-away', 'change-permissions'],
    scopes: ['protected'],
    verdict: 'deny',
    core: true,
    message: 'would change the configuration, the state or the known hosts that this guard rests on',
  },
  {
    id: 'wipe',
    effects: ['delete-tree', 'move-away'],
    scopes: ['root', 'home', 'device'],
    verdict: 'deny',
    core: true,
    message: 'would delete everything, or a whole home',
    suggestion: 'rm -rf ./build',
  },
  {
    id: 'wipe-system',
    effects: ['delete-tree', 'move-away'],
    scopes: ['system', 'settings', 'above'],
    verdict: 'deny',
    message: "would delete the system's own folders, or a folder above the working one",
    suggestion: 'rm -rf ./build',
  },
  {
    id: 'delete-outside',
    effects: ['delete-tree'],
    scopes: ['personal', 'elsewhere', 'project', 'temporary-root', 'unknown'],
    verdict: 'ask',
    message:
      'would delete a folder outside of the workspace, all of it, or one that is not known before it runs',
    suggestion: 'rm -rf ./build',
  },
  {
    id: 'delete-system-file',
    effects: ['delete-file'],
    scopes: ['root', 'home', 'system', 'above'],
    verdict: 'deny',
    message: 'would delete a file that the system needs',
  },
  {
    id: 'delete-setting',
    effects: ['delete-file', 'move-away'],
    scopes: ['settings'],
    verdict: 'ask',
    message: "would delete the system's configuration",
  },
  {
    id: 'overwrite-system',
    effects: ['overwrite', 'append'],
    scopes: ['system'],
    verdict: 'deny',
    message: 'would overwrite a file that the system needs',
  },
  {
    id: 'overwrite-setting',
    effects: ['overwrite', 'append'],
    scopes: ['settings', 'root'],
    verdict: 'ask',
    message: "would change the system's configuration",
  },
  {
    id: 'write-device',
    effects: ['write-device'],
    verdict: 'deny',
    core: true,
    message: 'would write to a disk or partition past its file system',
  },
  {
    id: 'destroy-volume',
    effects: ['change-volume'],
    scopes: ['all'],
    verdict: 'deny',
    core: true,
    message: 'would destroy a volume or a pool',
  },
  {
    id: 'change-volume',
    effects: ['change-volume'],
    verdict: 'ask',
    message: 'would change a mounted file system',
  },
  {
    id: 'permissions',
    effects: ['change-permissions'],
    scopes: everywhere,
    verdict: 'deny',
    message: 'would change modes or owners of the system or of a whole home',
    suggestion: 'chmod -R u+rwX ./build',
  },
  {
    id: 'permissions-device',
    effects: ['change-permissions'],
    scopes: ['device'],
    verdict: 'ask',
    message: 'would change who may use a device',
  },
  {
    id: 'grant-privilege',
    effects: ['grant-privilege'],
    scopes: ['all'],
    verdict: 'deny',
    message: 'would give somebody the rights of root or of an administrator',
  },
  {
    id: 'grant-access',
    effects: ['grant-access', 'grant-privilege'],
    verdict: 'ask',
    message: 'would change who may log in',
  },
  {
    id: 'delete-account',
    effects: ['change-account'],
    scopes: ['all'],
    verdict: 'deny',
    message: 'would delete or lock an account, or set passwords',
  },
  {
    id: 'change-account',
    effects: ['change-account'],
    verdict: 'ask',
    message: 'would change accounts or groups',
  },
  {
    id: 'power',
    effects: ['power'],
    verdict: 'deny',
    core: true,
    message: 'would turn the machine off, restart it, or leave it unreachable',
  },
  {
    id: 'kill-all',
    effects: ['kill'],
    verdict: 'deny',
    core: true,
    message: 'would end every process, or one that the machine needs',
  },
  {
    id: 'cut-network',
    effects: ['cut-network'],
    verdict: 'deny',
    core: true,
    message: 'would cut the machine off from the network it is reached by',
  },
  {
    id: 'change-network',
    effects: ['change-network'],
    verdict: 'ask',
    message: 'would change how the machine is reached',
  },
  {
    id: 'open-network',
    effects: ['open-network'],
    verdict: 'ask',
    message: 'would open this machine to others',
  },
  {
    id: 'send-secret',
    effects: ['send-data'],
    verdict: 'deny',
    message: 'would send a secret to another machine',
  },
  { id: 'read-secret', effects: ['read-secret'], verdict: 'ask', message: 'would show a key or a password' },
  {
    id: 'run-download',
    effects: ['run-download'],
    verdict: 'deny',
    message: 'would run what it downloads without anybody having read it',
    suggestion: 'curl -fsSLo install.sh https://example.com/install.sh && less install.sh',
  },
  {
    id: 'run-installer',
    effects: ['run-installer'],
    verdict: 'ask',
    message: 'would install something straight from the network',
  },
  {
    id: 'run-opaque',
    effects: ['run-opaque'],
    verdict: 'deny',
    message: 'would run something that was made unreadable',
  },
  {
    id: 'run-unknown',
    effects: ['run-unknown'],
    verdict: 'ask',
    message: 'what it runs is not known before it runs',
  },
  {
    id: 'mislead',
    effects: ['mislead'],
    verdict: 'ask',
    message: 'has characters that look like others in the command word',
  },
  {
    id: 'reverse-shell',
    effects: ['reverse-shell'],
    verdict: 'deny',
    message: 'would hand a shell to whoever is at the other end of a connection',
  },
  {
    id: 'fork-loop',
    effects: ['fork-loop'],
    verdict: 'deny',
    core: true,
    message: 'would start processes until the machine stands still',
  },
  {
    id: 'exhaust-memory',
    effects: ['exhaust-memory'],
    verdict: 'ask',
    message: 'would use up memory, or the disk',
  },
  {
    id: 'poison-environment',
    effects: ['poison-environment'],
    verdict: 'ask',
    message: 'would load code into what runs next',
  },
  {
    id: 'change-security',
    effects: ['change-security'],
    verdict: 'ask',
    message: "would change the machine's protection or its kernel",
  },
  {
    id: 'remove-essential',
    effects: ['change-package'],
    scopes: ['all'],
    verdict: 'deny',
    message: 'would remove packages that the system cannot do without',
  },
  {
    id: 'change-system',
    effects: ['change-service', 'change-package'],
    verdict: 'ask',
    message: 'would change a service or packages for everybody on the machine',
  },
  {
    id: 'clear-schedule',
    effects: ['change-scheduled'],
    scopes: ['all'],
    verdict: 'deny',
    message: 'would delete every scheduled job',
  },
  {
    id: 'change-schedule',
    effects: ['change-scheduled', 'cancel-jobs'],
    verdict: 'ask',
    message: 'would cancel jobs',
  },
  {
    id: 'erase-log',
    effects: ['tamper-log'],
    scopes: ['all'],
    verdict: 'deny',
    message: 'would delete logs, or stop them from being written',
  },
  {
    id: 'clear-log',
    effects: ['tamper-log', 'tamper-history'],
    verdict: 'ask',
    message: 'would hide what was done',
  },
  {
    id: 'discard-work',
    effects: ['discard-work'],
    verdict: 'ask',
    message: 'would discard work that is not committed, or history',
    suggestion: 'git stash',
  },
  {
    id: 'rewrite-shared',
    effects: ['rewrite-remote'],
    scopes: ['all'],
    verdict: 'deny',
    message: 'would rewrite or delete a branch or a repository that others use',
    suggestion: 'git push --force-with-lease origin my-branch',
  },
  {
    id: 'rewrite-remote',
    effects: ['rewrite-remote'],
    verdict: 'ask',
    message: 'would rewrite or delete something on the remote',
    suggestion: 'git push --force-with-lease origin my-branch',
  },
  {
    id: 'git-config',
    effects: ['change-git-config'],
    verdict: 'ask',
    message: 'would make git run something else',
  },
  {
    id: 'delete-containers',
    effects: ['delete-container'],
    scopes: ['all'],
    verdict: 'deny',
    message: 'would delete every container, or volumes with their data',
  },
  {
    id: 'delete-container',
    effects: ['delete-container', 'escape-container'],
    verdict: 'ask',
    message: 'would delete containers or volumes, or give a container the machine',
  },
  {
    id: 'delete-cluster',
    effects: ['delete-kubernetes'],
    scopes: ['cluster'],
    verdict: 'deny',
    message: 'would delete a namespace, a kind of resource, or a cluster',
  },
  {
    id: 'change-kubernetes',
    effects: ['delete-kubernetes', 'change-kubernetes'],
    verdict: 'ask',
    message: 'would change what runs on the Kubernetes cluster',
    suggestion: 'kubectl get pods',
  },
  {
    id: 'destroy-cloud',
    effects: ['delete-cloud'],
    scopes: ['all'],
    verdict: 'deny',
    message: 'would delete infrastructure or stored data without asking again',
  },
  {
    id: 'change-cloud',
    effects: ['delete-cloud', 'change-cloud'],
    verdict: 'ask',
    message: 'would delete or change something in the cloud',
  },
  {
    id: 'drop-data',
    effects: ['drop-data'],
    scopes: ['all'],
    verdict: 'deny',
    message: 'would drop or empty tables or databases',
  },
  {
    id: 'change-data',
    effects: ['drop-data', 'change-data'],
    verdict: 'ask',
    message: 'would change or drop data in a database',
  },
];
