import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type YAMLError,
} from 'yaml';
import type { ConfigurationProblem } from './configuration-error.js';

/** Keys and indexes from the top of a document down. */
export type Path = readonly (string | number)[];

/** A configuration file as text, with the path that messages name it by. */
export interface ConfigurationFile {
  readonly path: string;
  readonly text: string;
}

/** A file that was parsed: its value, and where each part of it stands. */
export interface ParsedDocument {
  readonly value: unknown;
  readonly problems: readonly ConfigurationProblem[];
  /** The line of the key or list item at this path, else that of the nearest part above it. */
  lineOf(path: Path): number | undefined;
}

/** Parses YAML 1.2, of which JSON is a part. */
export function parseFile({ path, text }: ConfigurationFile): ParsedDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineAt = (offset: number) => lines.linePos(offset).line;
  const lineOf = (wanted: Path) => lineIn(document, wanted, lineAt);
  const problem = (line: number | undefined, message: string): ConfigurationProblem =>
    line === undefined ? { file: path, key: '', message } : { file: path, line, key: '', message };

  // An unknown tag (`!include`) is a warning to the parser, and would be ignored.
  const faults: YAMLError[] = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    const problems = faults.map((fault) => problem(lineAt(fault.pos[0]), sentence(fault)));
    return { value: undefined, problems, lineOf };
  }
  try {
    return { value: document.toJS({ maxAliasCount: 100 }) ?? {}, problems: [], lineOf };
  } catch (error) {
    const message = `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    return { value: undefined, problems: [problem(undefined, message)], lineOf };
  }
}

function sentence({ code, message }: YAMLError): string {
  if (code === 'DUPLICATE_KEY') return 'this key stands here for the second time';
  if (code === 'MULTIPLE_DOCS') return 'a second document begins here; one file holds one';
  if (/reserved character @/.test(message)) return 'a value that begins with "@" needs quotes';
  return `is no valid YAML: ${message}`;
}

function lineIn(document: Document, path: Path, lineAt: (offset: number) => number): number | undefined {
  let node: unknown = document.contents;
  let offset = document.contents?.range?.[0];
  for (const segment of path) {
    // What was written elsewhere and is only referred to (`*name`) is at the line that refers to it.
    if (isAlias(node)) break;
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(segment));
      if (pair === undefined) break;
      if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof segment === 'number') {
      node = node.items[segment];
      offset = startOf(node) ?? offset;
    } else {
      break;
    }
  }
  return offset === undefined ? undefined : lineAt(offset);
}

function startOf(node: unknown): number | undefined {
  return isMap(node) || isSeq(node) || isScalar(node) || isAlias(node) ? node.range?.[0] : undefined;
}
