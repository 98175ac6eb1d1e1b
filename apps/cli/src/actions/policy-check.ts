import { createInterface } from 'node:readline';
import { wrongUsage } from '../answers/problem.js';
import { readPolicy, type CommonOptions, type OwnPolicy } from '../session.js';
import { printJson, write } from '../terminal/streams.js';

export type PolicyCommandOptions = CommonOptions & { stdin?: boolean; cwd?: string; home?: string };

interface Checked {
  command: string;
  verdict: 'allow' | 'ask' | 'deny';
  route: 'local' | 'offload';
  reasons: { rule: string; message: string; suggestion?: string }[];
}

/** What the policy says of commands, as text: nothing runs. */
export async function policyCheck(
  command: string | undefined,
  options: PolicyCommandOptions,
): Promise<number> {
  if ((command === undefined) === (options.stdin !== true)) throw wrongUsage('Give a command, or --stdin.');
  const own = await readPolicy(options);
  if (command === undefined) return checkLines(own, options);
  const checked = check(own, command, options);
  if (options.json === true) await printJson(checked);
  else console.log(describe(checked));
  return 0;
}

async function checkLines(own: OwnPolicy, options: PolicyCommandOptions): Promise<number> {
  let number = 0;
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1;
    if (line.trim() === '') continue;
    const command = commandOf(line);
    if (command === undefined) throw wrongUsage(`Line ${number} is not {"command": "…"}.`);
    const checked = check(own, command, options);
    await write(process.stdout, `${options.json === true ? JSON.stringify(checked) : describe(checked)}\n`);
  }
  return 0;
}

function commandOf(line: string): string | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null || !('command' in value)) return undefined;
    return typeof value.command === 'string' ? value.command : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function check(
  { policy, protectedPaths }: OwnPolicy,
  command: string,
  options: PolicyCommandOptions,
): Checked {
  const parsed = policy.parse(command);
  const { verdict, findings } = policy.judge(parsed, {
    home: options.home ?? process.env['HOME'] ?? '/',
    cwd: options.cwd ?? process.cwd(),
    protectedPaths,
  });
  const reasons = findings.map(({ rule, message, suggestion }) => ({
    rule,
    message,
    ...(suggestion === undefined ? {} : { suggestion }),
  }));
  return {
    command,
    verdict,
    route: policy.classify(parsed).weight === 'heavy' ? 'offload' : 'local',
    reasons,
  };
}

function describe({ command, verdict, route, reasons }: Checked): string {
  const lines = reasons.map(
    ({ rule, message, suggestion }) =>
      `  ${message} [${rule}]${suggestion === undefined ? '' : `\n    instead: ${suggestion}`}`,
  );
  return [`${verdict}, ${route}: ${command}`, ...lines].join('\n');
}
