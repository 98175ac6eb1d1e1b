export { answerLimit, fitOutcome, fitResults } from './answers/answer-size.js';
export type { Backend, Dispatched, Work } from './backends/backend.js';
export type { Hooks, Question } from './wiring/context.js';
export { createCapture } from './execution/capture.js';
export { ExecutionError } from './execution/executor.js';
export type {
  ExecuteRequest,
  Execution,
  Executor,
  Exit,
  NodeFacts,
  OutputStream,
} from './execution/executor.js';
export { createLocalExecutor } from './execution/local-executor.js';
export { createSshExecutor } from './execution/ssh-executor.js';
export type { Jobs, RunOptions } from './jobs.js';
export type { Plan } from './calls/plan.js';
export { openCluster } from './open-cluster.js';
export type { Cluster, OpenClusterOptions } from './open-cluster.js';
export { openPolicy } from './open-policy.js';
export { didNotRun, refusal } from './answers/outcome.js';
export type { Outcome, Routing } from './answers/outcome.js';
export type { Candidate, Demand, Thresholds } from './placement/candidate.js';
export { place } from './placement/place.js';
export type { NodeVerdict, Placement } from './placement/placement.js';
export {
  checked,
  commonFields,
  offloadFields,
  parallelFields,
  requirementFields,
  runFields,
} from './request/request.js';
export type { ParallelOutcome } from './answers/parallel-outcome.js';
export { statusFields } from './calls/status.js';
export type { ClusterStatus, NodeStatus } from './calls/status.js';
export { cancelFields, listFields } from './calls/task-calls.js';
export type { TaskCalls, TaskRow } from './calls/task-calls.js';
export { outputFields } from './calls/task-output.js';
export type { TaskError } from './answers/task-error.js';
export type { TaskOutput } from './calls/task-output.js';
export { openTaskStore } from './tasks/sqlite-store.js';
export { isTerminal, terminalStatuses } from './tasks/states.js';
export type { Status } from './tasks/states.js';
export type { Task } from './tasks/task.js';
export { targetOf } from './wiring/fleet.js';
export type { AskSecret } from './wiring/connections.js';
export { quote } from '@cluster-execution/ssh-transport';
export type { Description, SecretQuestion } from '@cluster-execution/ssh-transport';
export type { Current } from './wiring/current-settings.js';
export type { Surroundings } from './wiring/surroundings.js';
export { surroundings } from './wiring/this-machine.js';
