import { isIP } from 'node:net';
import * as z from 'zod';
import { normalizeArch, normalizeOs } from './platform.js';
import { userProblem } from './ssh-names.js';

/*
 * The shape of cluster.yaml, with its defaults. A message is what a value must be: the reader of the issues
 * puts the place before it and what was found after it.
 */

/** Longer waits overflow a timer (2^31 - 1 ms), which then fires at once. */
const maxSeconds = 2_147_483;

const idPattern = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const idRule = 'must be letters, digits, ".", "_" and "-", beginning with a letter or digit';

/** Whether this may be the id or alias of a node, or the name of a group. */
export function isName(text: string): boolean {
  return text.length <= 255 && idPattern.test(text);
}
export const nameRule = idRule;

const text = (rule = 'must be text') => z.string(rule);
const nonEmpty = (rule = 'must be text, and not empty') =>
  text(rule).refine((value) => value.trim() !== '', rule);

function number(rule: string, least: number, most: number) {
  return z.number(rule).min(least, rule).max(most, rule);
}
function whole(rule: string, least: number, most: number) {
  return z.number(rule).int(rule).min(least, rule).max(most, rule);
}

const percent = number('must be a number from 0 to 100', 0, 100);
const waiting = number(`must be a number of seconds above 0 and at most ${maxSeconds}`, 0.001, maxSeconds);
const secondsOrNone = number(`must be a number of seconds from 0 to ${maxSeconds}`, 0, maxSeconds);
const words = z.array(nonEmpty(), 'must be a list of texts');
const verdict = z.enum(['deny', 'ask', 'allow'], 'must be deny, ask or allow');
const address = text('must be an IP address').refine((value) => isIP(value) !== 0, 'must be an IP address');
const name = text(idRule).refine(isName, idRule);
const path = nonEmpty('must be the path of a file').refine(
  (value) => !value.startsWith('~') || value === '~' || value.startsWith('~/'),
  'must be a path; of another user\'s home ("~name") write the whole path',
);
const user = z.string('must be a user name').superRefine((value, context) => {
  const message = userProblem(value);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});

const logLevels = new Map([
  ['debug', 'debug'],
  ['info', 'info'],
  ['warning', 'warning'],
  ['warn', 'warning'],
  ['error', 'error'],
  ['critical', 'error'],
] as const);

/** A text that is one of several words, each of which stands for a value. */
function oneOf<Value>(read: (word: string) => Value | undefined, rule: string) {
  return text(rule).transform((word, context) => {
    const value = read(word);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: rule });
    return z.NEVER;
  });
}

const logLevel = oneOf<'debug' | 'info' | 'warning' | 'error'>(
  (word) => [...logLevels].find(([known]) => known === word.trim().toLowerCase())?.[1],
  'must be debug, info, warning or error',
);
const os = oneOf(normalizeOs, 'must be linux or macos (or darwin)');
const arch = oneOf(normalizeArch, 'must be x86_64 or arm64 (or amd64, aarch64)');

/** The sections of the file whose keys are single settings. */
export const sections = {
  ssh: z.strictObject(
    {
      user: user.exactOptional(),
      identityFiles: z.array(path, 'must be a list of paths').default([]),
      knownHostsFile: path.exactOptional(),
      configFile: path.exactOptional(),
      hostKeys: z.enum(['accept-new', 'strict'], 'must be accept-new or strict').default('accept-new'),
      retries: whole('must be a whole number from 1 to 100 (it counts attempts)', 1, 100).default(2),
      checkSeconds: waiting.default(5),
    },
    'must hold settings, each on its own line',
  ),
  thresholds: z.strictObject(
    {
      cpuPercent: percent.default(40),
      load: number('must be a number from 0 to 100000', 0, 100_000).default(4),
      memoryPercent: percent.default(80),
    },
    'must hold settings',
  ),
  timeouts: z.strictObject(
    {
      commandSeconds: secondsOrNone.default(300),
      connectSeconds: waiting.default(2),
      statusSeconds: waiting.default(5),
    },
    'must hold settings',
  ),
  addresses: z.strictObject(
    {
      cacheSeconds: secondsOrNone.default(300),
      gateway: address.exactOptional(),
      dns: address.default('8.8.8.8'),
    },
    'must hold settings',
  ),
  workload: z.strictObject(
    { heavy: words.default([]), light: words.default([]) },
    'must hold heavy or light',
  ),
} as const;

/** The settings that stand at the top of the file. */
export const topSettings = {
  localNode: name.exactOptional(),
  environment: z.enum(['user', 'plain'], 'must be user or plain').default('user'),
  logLevel: logLevel.default('info'),
} as const;

export const ruleSchema = z.strictObject(
  {
    id: nonEmpty(),
    verdict,
    match: z
      .record(z.string(), z.unknown(), 'must hold what the rule looks at, such as { program: kubectl }')
      .refine(
        (match) => Object.keys(match).length > 0,
        'must name at least one thing, else it holds for every command',
      ),
    message: nonEmpty().exactOptional(),
    suggestion: nonEmpty().exactOptional(),
  },
  'must be a rule, such as { id: no-prod, verdict: deny, match: { program: kubectl } }',
);

/** A rule of the user's own; what its `match` may hold is for the policy to say. */
export type PolicyRule = z.infer<typeof ruleSchema>;

export const policySchema = z.strictObject(
  {
    onAsk: z.enum(['ask', 'allow', 'deny'], 'must be ask, allow or deny').default('ask'),
    rules: z.array(ruleSchema, 'must be a list of rules').default([]),
  },
  'must hold onAsk or rules',
);

/** Everything but the nodes, each of which is read by itself. */
export const settingsSchema = z.strictObject(
  {
    ...topSettings,
    ssh: sections.ssh.prefault({}),
    thresholds: sections.thresholds.prefault({}),
    timeouts: sections.timeouts.prefault({}),
    addresses: sections.addresses.prefault({}),
    workload: sections.workload.prefault({}),
    policy: policySchema.prefault({}),
    groups: z
      .record(
        z.string(),
        nonEmpty('must be a node set, such as "builder-1,n[1-4]"'),
        'must hold named node sets',
      )
      .default({}),
  },
  'the file must hold settings, such as "nodes:"',
);

/** One entry of `nodes` as written; names and addresses are checked when its node set is expanded. */
export const entrySchema = z.strictObject(
  {
    id: nonEmpty('must be the name of the node'),
    host: nonEmpty('must be a host name, an address or a Host of the SSH configuration').exactOptional(),
    fallbackIp: nonEmpty('must be an IP address').exactOptional(),
    port: whole('must be a whole number from 1 to 65535', 1, 65_535).exactOptional(),
    user: user.exactOptional(),
    os: os.exactOptional(),
    arch: arch.exactOptional(),
    aliases: z.array(nonEmpty(), 'must be a list of names').default([]),
    capabilities: words.default([]),
    specialties: words.default([]),
    labels: z.record(z.string(), text(), 'must hold texts by name').default({}),
    maxTasks: whole('must be a whole number from 1 to 100000', 1, 100_000).exactOptional(),
    priority: whole('must be a whole number (lower is preferred)', -1_000_000, 1_000_000).default(5),
    cordoned: z.boolean('must be true or false').default(false),
  },
  'must be a node, such as { id: builder-1, host: builder-1.local }',
);

export type WrittenEntry = z.infer<typeof entrySchema>;
export type Settings = z.infer<typeof settingsSchema>;
