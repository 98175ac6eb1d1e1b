import type { ConfigurationProblem } from './configuration-error.js';
import { parseFile, type ConfigurationFile, type Path } from './document.js';
import { goodPart, isValues, type Values } from './good-part.js';
import { entrySchema, sections, settingsSchema, type WrittenEntry } from './schema.js';

/** One good entry of `nodes`, and where it stands in the list. */
export interface FileEntry {
  readonly index: number;
  readonly entry: WrittenEntry;
  /** The keys that were written, the rest being defaults. */
  readonly written: ReadonlySet<string>;
}

/** A file as far as it is good; what is not is left out and is a problem. */
export interface CheckedFile {
  /** The settings as written. `settingsSchema` takes them. */
  readonly settings: Values;
  readonly entries: readonly FileEntry[];
  readonly problems: readonly ConfigurationProblem[];
  /** Nothing of `nodes` was left out, so what is not among them does not exist. */
  readonly nodesComplete: boolean;
  lineOf(path: Path): number | undefined;
  problem(path: Path, message: string): ConfigurationProblem;
}

/** Reads a file against the schema and gathers all of its problems. No file is an empty one. */
export function checkFile(file: ConfigurationFile | undefined): CheckedFile {
  const { path, text } = file ?? { path: '', text: '' };
  const document = parseFile({ path, text });
  const root = withoutNothing(document.value);
  const lineOf = (at: Path) => document.lineOf(at);
  const problem = (at: Path, message: string): ConfigurationProblem => {
    const line = lineOf(at);
    return { file: path, ...(line === undefined ? {} : { line }), key: keyOf(at, root), message };
  };
  if (document.problems.length > 0) {
    return { settings: {}, entries: [], problems: document.problems, nodesComplete: false, lineOf, problem };
  }
  const nodes = checkNodes(root, problem);
  const settings = checkSettings(root, problem);
  const problems = [...settings.problems, ...nodes.problems];
  return {
    settings: settings.good,
    entries: nodes.good,
    problems,
    nodesComplete: nodes.problems.length === 0,
    lineOf,
    problem,
  };
}

function checkSettings(root: unknown, problem: CheckedFile['problem']) {
  if (!isValues(root)) {
    return { good: {}, problems: [problem([], 'the file must hold settings, such as "nodes:"')] };
  }
  const { nodes: _, ...settings } = root;
  const { good, faults } = goodPart(settingsSchema, settings);
  const problems = faults.map(({ path, message }) => problem(path, message));
  return { good: good?.written ?? {}, problems };
}

function checkNodes(root: unknown, problem: CheckedFile['problem']) {
  const nodes = isValues(root) ? root['nodes'] : undefined;
  if (nodes === undefined) return { good: [], problems: [] };
  if (!Array.isArray(nodes)) {
    return {
      good: [],
      problems: [problem(['nodes'], 'must be a list of nodes, each beginning with "- id:"')],
    };
  }
  const entries: FileEntry[] = [];
  const problems: ConfigurationProblem[] = [];
  for (const [index, written] of nodes.entries()) {
    const { good, faults } = goodPart(entrySchema, written, ['nodes', index]);
    problems.push(...faults.map(({ path, message }) => problem(path, message)));
    if (good !== undefined)
      entries.push({ index, entry: good.read, written: new Set(Object.keys(good.written)) });
  }
  return { good: entries, problems };
}

/** `nodes.builder-1.host` for `['nodes', 0, 'host']`: what has an id is called by it. */
function keyOf(path: Path, root: unknown): string {
  let key = '';
  let value = root;
  for (const segment of path) {
    value = isValues(value) || Array.isArray(value) ? (value as Values)[segment] : undefined;
    const id = typeof segment === 'number' && isValues(value) ? value['id'] : undefined;
    if (typeof segment === 'string') key += key === '' ? segment : `.${segment}`;
    else key += typeof id === 'string' && id !== '' ? `.${id}` : `[${segment}]`;
  }
  return key;
}

/**
 * `ssh:` with nothing behind it counts as left out, as do `user:` below it and a node's `host:`. Inside
 * anything else, such as a rule's `match`, nothing is taken away: that could make a rule hold for more.
 */
function withoutNothing(root: unknown): unknown {
  if (!isValues(root)) return root;
  const top = filled(root);
  for (const section of [...Object.keys(sections), 'policy']) {
    const value = top[section];
    if (isValues(value)) top[section] = filled(value);
  }
  if (Array.isArray(top['nodes'])) {
    top['nodes'] = top['nodes'].map((entry: unknown) => (isValues(entry) ? filled(entry) : entry));
  }
  return top;
}

function filled(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}
