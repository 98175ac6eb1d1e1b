import { clusterBash } from './cluster-bash.js';
import { clusterPlan } from './cluster-plan.js';
import { clusterStatus } from './cluster-status.js';
import { offloadTo } from './offload-to.js';
import { parallelExecute } from './parallel-execute.js';
import { taskCancel } from './task-cancel.js';
import { taskList } from './task-list.js';
import { taskOutput } from './task-output.js';
import type { Tool } from './tool.js';

/** Every tool, in the order in which a client lists them. */
export const tools: readonly Tool[] = [
  clusterBash,
  offloadTo,
  parallelExecute,
  clusterStatus,
  clusterPlan,
  taskOutput,
  taskCancel,
  taskList,
];
