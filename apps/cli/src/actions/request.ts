import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { quote } from '@cluster-execution/cluster';
import { wrongUsage } from '../answers/problem.js';
import type { NodeOptions, PlacingOptions } from '../commands/placing-options.js';
import { given } from './given.js';

/** A command with its options, as a request for the cluster. */
export function requestFrom(command: string, options: NodeOptions): Record<string, unknown> {
  return {
    command,
    auto_route: options.autoRoute,
    ...given({ ...placingFields(options), node_id: options.node }),
  };
}

export function placingFields(options: PlacingOptions): Record<string, unknown> {
  return {
    requires_os: options.os,
    requires_arch: options.arch,
    requires_capabilities: options.cap,
    cwd: options.cwd,
    env: options.env === undefined ? undefined : variables(options.env),
    timeout_seconds: options.timeout,
    priority: options.priority,
  };
}

/** Variables go by name, so that no value stands in argv. */
function variables(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, variable(name)]));
}

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

/** What to copy to the node, to run it there with these arguments. */
export function scriptRequest(
  file: string,
  args: readonly string[],
  options: NodeOptions,
): Record<string, unknown> {
  const line = [`./${basename(file)}`, ...args].map(quoted).join(' ');
  return { ...requestFrom(line, options), script: readScript(file), script_arguments: args };
}

/** Words that need no quotes go without: a person reads the line. */
function quoted(word: string): string {
  return /^[\w./+:@%=-]+$/.test(word) ? word : quote(word);
}

function readScript(file: string): string {
  const bytes = readBytes(file);
  const text = bytes.toString('utf8');
  if (Buffer.from(text, 'utf8').equals(bytes) && !text.includes('\0')) return text;
  throw wrongUsage(
    `--script ${file}: is no text. Copy programs to the node yourself, and submit the command that runs them.`,
  );
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw wrongUsage(
      `--script ${file}: cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
