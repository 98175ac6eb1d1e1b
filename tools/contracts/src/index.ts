export { collect } from './executor/collect.js';
export type { ExecutorSetup, FaultyConnection, RemoteSetup } from './executor/bench.js';
export { describeExecutor, describeRemoteExecutor } from './executor/describe-executor.js';
