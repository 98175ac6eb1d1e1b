import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
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

/** The command line that stands for a script: it is classified by it, and shown with it. */
function nameOf(file: string): string {
  const name = `./${basename(file)}`;
  return /^[\w./+:@%-]+$/.test(name) ? name : `'${name.replaceAll("'", `'\\''`)}'`;
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
  const script = options.script === undefined ? undefined : readScript(options.script);
  return dropUndefined({
    command: options.script === undefined ? command : nameOf(options.script),
    script,
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
