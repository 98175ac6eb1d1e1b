import type * as z from 'zod';
import type { Path } from './document.js';
import { nearest } from './nearest.js';
import { entrySchema, policySchema, ruleSchema, sections, settingsSchema } from './schema.js';

/**
 * Zod's account of one fault of `values` as sentences about the file; an issue over several unknown keys gives
 * several. `above` is where the values stand in the file, and part of the paths.
 */
export function describeIssue(
  issue: z.core.$ZodIssue,
  values: unknown,
  above: Path,
): { readonly path: Path; readonly message: string }[] {
  const below = issue.path.map((segment) => (typeof segment === 'symbol' ? String(segment) : segment));
  const path = [...above, ...below];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], message: unknownKey(key, keysAt(path)) }));
  }
  const value = valueAt(values, below);
  if (value === undefined) return [{ path, message: `is missing: ${issue.message}` }];
  return [{ path, message: describeValue(issue, value) }];
}

/** `must be …; found "x"`, with a hint where quotes are missing. */
export function describeValue(issue: z.core.$ZodIssue, value: unknown): string {
  const wantsText = issue.code === 'invalid_type' && issue.expected === 'string';
  const quotes = wantsText && (typeof value === 'number' || typeof value === 'boolean');
  return `${issue.message}; found ${shown(value)}${quotes ? ' (put it in quotes)' : ''}`;
}

export function unknownKey(key: string, known: readonly string[]): string {
  const meant = nearest(key, known);
  const hint = meant === undefined ? `known here: ${known.join(', ')}` : `did you mean "${meant}"?`;
  return `there is no such setting; ${hint}`;
}

/** The keys that may stand below this path. */
function keysAt(path: Path): string[] {
  const [section, ...rest] = path;
  if (section === undefined) return [...Object.keys(settingsSchema.shape), 'nodes'];
  if (section === 'nodes') return Object.keys(entrySchema.shape);
  if (section === 'policy') return Object.keys((rest.length === 0 ? policySchema : ruleSchema).shape);
  return Object.entries(sections).flatMap(([name, { shape }]) =>
    name === section ? Object.keys(shape) : [],
  );
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const segment of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.getOwnPropertyDescriptor(value, segment)?.value;
  }
  return value;
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'named values';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}..."` : text;
}
