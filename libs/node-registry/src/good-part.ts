import type * as z from 'zod';
import { describeIssue } from './describe-issue.js';
import type { Path } from './document.js';

export type Values = Record<string, unknown>;

/** What is wrong with some values, and what they are without that. */
export interface GoodPart<Read> {
  /** Undefined where nothing useful is left, such as a node without an id. */
  readonly good?: { readonly read: Read; readonly written: Values };
  readonly faults: readonly { readonly path: Path; readonly message: string }[];
}

/**
 * Reads values by a schema and tells all their faults; what is at fault is taken out, so that the rest can be
 * checked further. `above` is the path of the values in the file, and the faults' paths go on from there.
 */
export function goodPart<Read>(schema: z.ZodType<Read>, values: unknown, above: Path = []): GoodPart<Read> {
  const first = faultsOf(schema, values, above);
  let rest = isValues(values) ? structuredClone(values) : undefined;
  let found = first;
  while (rest !== undefined) {
    const result = schema.safeParse(rest);
    if (result.success) return { good: { read: result.data, written: rest }, faults: first };
    const removed = found.filter(({ path }) => rest !== undefined && takeOut(rest, path.slice(above.length)));
    if (removed.length === 0) rest = undefined;
    else found = faultsOf(schema, rest, above);
  }
  return { faults: first };
}

function faultsOf(schema: z.ZodType, values: unknown, above: Path) {
  const issues = schema.safeParse(values).error?.issues ?? [];
  return issues.flatMap((issue) => describeIssue(issue, values, above));
}

/** Takes out what is at a path, a list as a whole; whether there was anything. */
function takeOut(values: Values, path: Path): boolean {
  let holder = values;
  for (const [depth, segment] of path.entries()) {
    const inside = holder[segment];
    if (depth < path.length - 1 && isValues(inside)) holder = inside;
    else return Object.hasOwn(holder, segment) && Reflect.deleteProperty(holder, segment);
  }
  return false;
}

export function isValues(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
