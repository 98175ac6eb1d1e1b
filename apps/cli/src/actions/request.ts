import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { quote } from '@cluster-execution/cluster';
import type { PlacingOptions } from '../commands/placing-options.js';

function variable(name: string): string {
  if (name.includes('='))
    throw wrongUsage(
      '--env takes a name alone: other users could read a value here. Set it in your environment.',
    );
  const value = process.env[name];
  if (value === undefined)
    throw wrongUsage(`--env ${name}: there is no such variable here. Set it: export ${name}=…`);
  return value;
}

function readScript(file: string): string {
  const bytes = readFileSync(file);
  const text = bytes.toString('utf8');
  if (Buffer.from(text, 'utf8').equals(bytes) && !text.includes('\0')) return text;
  throw wrongUsage(
    `${file} is no text. Copy programs to the node yourself, and submit the command that runs them.`,
  );
}

/** What to copy to the node, to run it there with these arguments. */
export function scriptRequest(
  file: string,
  args: readonly string[],
  options: PlacingOptions,
): Record<string, unknown> {
  const script = readScript(file);
  const line = [`./${basename(file)}`, ...args].map(quoted).join(' ');
  return { ...requestFrom(line, options), script, script_arguments: args };
}

/** Words that need no quotes go without: a person reads the line. */
function quoted(word: string): string {
  return /^[\w./+:@%=-]+$/.test(word) ? word : quote(word);
}

function wrongUsage(message: string): Error {
  return Object.assign(new Error(message), { code: 'wrong-usage' });
}

/** The options as a request for the cluster. Variables go by name, so that no value stands in argv. */
export function requestFrom(command: string, options: PlacingOptions): Record<string, unknown> {
  const env =
    options.env === undefined
      ? undefined
      : Object.fromEntries(options.env.map((name) => [name, variable(name)]));
  return dropUndefined({
    command,
    node_id: options.node,
    requires_os: options.os,
    requires_arch: options.arch,
    requires_capabilities: options.cap,
    cwd: options.cwd,
    env,
    timeout_seconds: options.timeout,
    priority: options.priority,
    auto_route: options.autoRoute,
  });
}

export function dropUndefined(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
