import { runFields } from '@cluster-execution/cluster';
import { follow } from './follow.js';
import { outcomeFields } from './output-fields.js';
import { refuseRun, runAnswer } from './run-answer.js';
import { runsCommands, type Tool } from './tool.js';

export const clusterBash: Tool = {
  name: 'cluster_bash',
  title: 'Run a command on the best node',
  description: [
    'Runs a shell command on the node of the cluster that suits it best, and answers with its output and exit code.',
    'Use it for every command that may run anywhere: builds, tests, containers and other heavy work go to the',
    'least loaded fitting node, simple commands (ls, cat, git status) stay on this machine.',
    'Name what the command needs with requires_os, requires_arch, requires_capabilities; no fitting node means',
    '"unschedulable", it never runs elsewhere instead. auto_route: false keeps it on this machine.',
    'For a certain node use offload_to; for several independent commands parallel_execute.',
  ].join(' '),
  inputShape: runFields,
  outputShape: outcomeFields,
  annotations: runsCommands,
  handle: async (args, call) => runAnswer(await follow(call, (options) => call.cluster.run(args, options))),
  refuse: refuseRun,
};
