import { isIP } from 'node:net';
import type { ConfigurationProblem } from './configuration-error.js';
import type { CheckedFile, FileEntry } from './check-file.js';
import { expandPattern } from './node-pattern.js';
import type { Arch, Os } from './platform.js';
import { isName, nameRule } from './schema.js';
import { hostProblem } from './ssh-names.js';

/** A node of the inventory, its node set expanded and its defaults filled in. */
export interface NodeEntry {
  readonly id: string;
  readonly host: string;
  readonly fallbackIp?: string;
  readonly port?: number;
  /** The node's own user; where there is none, `ssh.user` of the configuration is next. */
  readonly user?: string;
  readonly os?: Os;
  readonly arch?: Arch;
  readonly aliases: readonly string[];
  readonly capabilities: readonly string[];
  readonly specialties: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly maxTasks?: number;
  readonly priority: number;
  readonly cordoned: boolean;
}

/** The nodes that one entry stands for, in the order of its node set. */
export function expandEntry(
  { index, entry }: FileEntry,
  file: CheckedFile,
): { readonly nodes: NodeEntry[]; readonly problems: ConfigurationProblem[] } {
  const problems: ConfigurationProblem[] = [];
  const say = (key: string | number, message: string, inside: readonly number[] = []) => {
    problems.push(file.problem(['nodes', index, key, ...inside], message));
  };
  const ids = patternOf(entry.id, (message) => say('id', message)) ?? [];
  if (ids.some((id) => !isName(id))) say('id', `${nameRule}; found ${JSON.stringify(entry.id)}`);

  // What is written with brackets has one value for each id, in step with it; one text cannot serve several.
  const inStep = (text: string | undefined, complain: (message: string) => void) => {
    const values = text === undefined ? undefined : patternOf(text, complain);
    if (values === undefined || ids.length === 0 || values.length === ids.length) return values;
    complain(
      `stands for ${values.length} and the id for ${ids.length}: "${text}" and "${entry.id}" must expand to as many`,
    );
    return undefined;
  };
  const hosts = inStep(entry.host, (message) => say('host', message)) ?? ids;
  const addresses = inStep(entry.fallbackIp, (message) => say('fallbackIp', message));
  const aliases = entry.aliases.map((alias, position) =>
    inStep(alias, (message) => say('aliases', message, [position])),
  );

  // Without a host the id stands for it, and has been checked as an id.
  if (entry.host !== undefined) report(hosts, hostProblem, (message) => say('host', message));
  report(addresses, addressProblem, (message) => say('fallbackIp', message));
  for (const [position, names] of aliases.entries()) {
    report(names, aliasProblem, (message) => say('aliases', message, [position]));
  }
  const { id: _, host: __, fallbackIp: ___, aliases: ____, ...rest } = entry;
  const nodes = ids.map((id, position): NodeEntry => {
    const fallbackIp = addresses?.[position];
    return {
      ...rest,
      id,
      host: hosts[position] ?? id,
      ...(fallbackIp === undefined ? {} : { fallbackIp }),
      aliases: [...new Set(aliases.flatMap((names) => names?.[position] ?? []))],
    };
  });
  return { nodes, problems };
}

export function addressProblem(text: string): string | undefined {
  return isIP(text) === 0 ? 'must be an IP address' : undefined;
}

function aliasProblem(text: string): string | undefined {
  return isName(text) ? undefined : nameRule;
}

function patternOf(text: string, complain: (message: string) => void): string[] | undefined {
  try {
    // An IPv6 address in brackets is left for the host's own check to explain.
    return text.includes('[') && !text.includes(':') ? expandPattern(text) : [text];
  } catch (error) {
    complain(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

function report(
  values: readonly string[] | undefined,
  problemOf: (value: string) => string | undefined,
  complain: (message: string) => void,
): void {
  for (const value of values ?? []) {
    const message = problemOf(value);
    if (message === undefined) continue;
    complain(`${message}; found ${JSON.stringify(value)}`);
    return;
  }
}
