export { collect, describeExecutor, type ExecutorSetup } from './executor-contract.js';
