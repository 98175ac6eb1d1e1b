import type { Rule } from './rule.js';

/** This guard itself: what would answer for the person, or change what it rests on. */
export const guardRules: readonly Rule[] = [
  {
    id: 'policy-change',
    effects: ['change-policy'],
    verdict: 'deny',
    core: true,
    message: 'would answer for the person who is to approve; only they may, at a terminal',
    examples: {
      match: ['cluster-router approve t1', "bash -c 'cluster-router approve t1 --yes'"],
      noMatch: ['cluster-router status', 'echo cluster-router approve t1'],
    },
  },
  {
    id: 'policy-files',
    effects: ['delete-tree', 'delete-file', 'overwrite', 'append', 'move-away', 'change-permissions'],
    scopes: ['protected'],
    verdict: 'deny',
    core: true,
    message: 'would change the configuration, the state or the known hosts that this guard rests on',
    examples: {
      match: ['rm -f ~/.ssh/known_hosts', 'echo node >> ~/.ssh/known_hosts'],
      noMatch: ['cat ~/.ssh/known_hosts', 'ssh-keygen -F node'],
    },
  },
];
