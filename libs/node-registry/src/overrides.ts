import type * as z from 'zod';
import type { ConfigurationProblem } from './configuration-error.js';
import { describeValue, unknownKey } from './describe-issue.js';
import { set, type Environment } from './places.js';
import { policySchema, sections, topSettings } from './schema.js';

/** The environment variables that stand for one setting each. Those of the nodes are made from their ids. */
export const settingVariables: Readonly<Record<string, string>> = {
  CLUSTER_SSH_USER: 'ssh.user',
  CLUSTER_SSH_TIMEOUT: 'ssh.checkSeconds',
  CLUSTER_SSH_CONNECT_TIMEOUT: 'timeouts.connectSeconds',
  CLUSTER_SSH_RETRIES: 'ssh.retries',
  CLUSTER_CPU_THRESHOLD: 'thresholds.cpuPercent',
  CLUSTER_LOAD_THRESHOLD: 'thresholds.load',
  CLUSTER_MEMORY_THRESHOLD: 'thresholds.memoryPercent',
  CLUSTER_CMD_TIMEOUT: 'timeouts.commandSeconds',
  CLUSTER_STATUS_TIMEOUT: 'timeouts.statusSeconds',
  CLUSTER_IP_CACHE_TTL: 'addresses.cacheSeconds',
  CLUSTER_GATEWAY: 'addresses.gateway',
  CLUSTER_DNS: 'addresses.dns',
  CLUSTER_LOG_LEVEL: 'logLevel',
};

/** A value that stands over that of the file, and the variable or flag it came from. */
export interface Override {
  readonly path: string;
  readonly value: unknown;
  readonly from: 'environment' | 'flag';
  readonly name: string;
}

/** The single settings by their dotted path, each with its schema. */
export const settingSchemas: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  ...Object.entries(topSettings),
  ...Object.entries(sections).flatMap(([section, { shape }]) =>
    Object.entries(shape).map(([key, schema]): [string, z.ZodType] => [`${section}.${key}`, schema]),
  ),
  ['policy.onAsk', policySchema.shape.onAsk],
]);

/** What the environment and the flags say, in that order, so that the last one wins. */
export function readOverrides(env: Environment, flags: Readonly<Record<string, unknown>>) {
  const good: Override[] = [];
  const problems: ConfigurationProblem[] = [];
  const read = (override: Override) => {
    const schema = settingSchemas.get(override.path);
    if (schema === undefined) {
      problems.push(problemOf(override, unknownKey(override.path, [...settingSchemas.keys()])));
      return;
    }
    const value = typedValue(schema, override.value);
    const issue = schema.safeParse(value).error?.issues[0];
    if (issue === undefined) good.push({ ...override, value });
    else problems.push(problemOf(override, describeValue(issue, override.value)));
  };
  for (const [name, path] of Object.entries(settingVariables)) {
    const value = set(env[name])?.trim();
    if (value !== undefined) read({ path, value, from: 'environment', name });
  }
  for (const [path, value] of Object.entries(flags)) {
    if (value !== undefined) read({ path, value, from: 'flag', name: path });
  }
  return { good, problems };
}

function problemOf({ path, name }: Override, message: string): ConfigurationProblem {
  return { name, key: path, message };
}

/** Variables and flags are text: it is read as a number where only a number will do. */
function typedValue(schema: z.ZodType, value: unknown): unknown {
  const numeric = typeof value === 'string' && /^[+-]?\d+(\.\d+)?$/.test(value);
  return numeric && !schema.safeParse(value).success ? Number(value) : value;
}
