import { z } from 'zod';

const noNul = (text: string) => !text.includes('\0');
const word = z.string().min(1).refine(noNul, 'must not hold a NUL character');
const os = z.enum(['linux', 'macos', 'darwin']);
const arch = z.enum(['x86_64', 'arm64', 'amd64', 'aarch64']);
const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be a name that a shell variable can have');

/** What every call that runs something takes. Field by field, so that a tool can list them. */
export const commonFields = {
  cwd: word
    .optional()
    .describe('Working folder on the node: absolute, or "~". Default: the folder this server runs in.'),
  env: z
    .record(variableName, z.string().refine(noNul, 'must not hold a NUL character'))
    .optional()
    .describe('Variables to set for the command. Never stored.'),
  stdin: z
    .string()
    .optional()
    .describe('Standard input of the command; /dev/null when absent. Never stored.'),
  priority: z
    .number()
    .int()
    .min(0)
    .max(1000)
    .default(5)
    .describe('Order among waiting commands; lower goes first.'),
  timeout_seconds: z
    .number()
    .min(0)
    .max(604_800)
    .optional()
    .describe('Ends the command after this long; 0 for no limit. Default 300.'),
  wait_seconds: z
    .number()
    .min(0)
    .max(600)
    .default(50)
    .describe('How long this call waits; a command still running is not killed, ask task_output then.'),
};

export const requirementFields = {
  requires_os: os.optional().describe('Only a node with this operating system will do.'),
  requires_arch: arch.optional().describe('Only a node with this architecture will do.'),
  requires_capabilities: z
    .array(word)
    .max(64)
    .optional()
    .describe('Only a node that has all of these capabilities will do.'),
};

export const commandField = z.string().describe('A shell command line.');

export const runFields = {
  command: commandField,
  ...requirementFields,
  auto_route: z.boolean().default(true).describe('false: always run on the local node.'),
  ...commonFields,
};

export const offloadFields = {
  command: commandField,
  node_id: word.describe('Id or alias of the node.'),
  ...commonFields,
  cwd: commonFields.cwd.describe(
    'Working folder on the node: absolute, or "~". Default: the home of its user.',
  ),
};

export const parallelFields = {
  commands: z.array(z.string()).min(1).max(256).describe('Shell command lines, run at once.'),
  ...requirementFields,
  max_parallel: z.number().int().min(1).max(256).optional().describe('At most this many at once.'),
  fail_fast: z
    .boolean()
    .default(false)
    .describe('true: after the first that does not succeed, those not started are cancelled.'),
  ...commonFields,
};

const runSchema = z.strictObject({
  ...runFields,
  node_id: word.optional(),
  script: z.string().optional(),
  script_arguments: z.array(z.string().refine(noNul, 'must not hold a NUL character')).optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
});
const parallelSchema = z.strictObject(parallelFields);

/** A call to run one command, checked. Names as agents write them. */
export type RunRequest = z.infer<typeof runSchema>;
export type ParallelRequest = z.infer<typeof parallelSchema>;

export type Parsed<T> = { ok: true; value: T } | { ok: false; error: string };

export function parseRunRequest(input: unknown): Parsed<RunRequest> {
  return checked(runSchema, input);
}

export function parseParallelRequest(input: unknown): Parsed<ParallelRequest> {
  return checked(parallelSchema, input);
}

/** The value, or all that is wrong with it, each with its key, in one sentence. */
export function checked<T>(schema: z.ZodType<T>, input: unknown): Parsed<T> {
  const result = schema.safeParse(input);
  if (result.success) return { ok: true, value: result.data };
  const problems = result.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  );
  return { ok: false, error: problems.join('; ') };
}
