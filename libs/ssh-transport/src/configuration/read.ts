import { type Apply, type DirectiveLine, HONOURED, SYNONYMS } from './directives.js';
import type { Place } from './draft.js';
import { InvalidValue, SshConfigurationError } from './error.js';
import { expandGlob, type ListFolder } from './glob.js';
import { parseMatch } from './match.js';
import { matchesPatternList } from './patterns.js';
import { expandHome } from './tokens.js';
import { classifyUnhonoured } from './unhonoured.js';
import { splitArguments, takeWord } from './words.js';

/** One line that means something. `include` holds the files it brought in, each read on its own. */
export type Statement = Place &
  (
    | { kind: 'host'; patterns: readonly string[] }
    | { kind: 'match'; conditions: ReturnType<typeof parseMatch> }
    | { kind: 'include'; files: readonly (readonly Statement[])[] }
    | { kind: 'apply'; apply: Apply }
  );

export interface ReadOptions {
  readFile: (path: string) => string | undefined;
  listFolder: ListFolder;
  home: string;
  localUser: string;
  env: Readonly<Record<string, string | undefined>>;
}

/** What is carried along while files are read, in the order in which ssh reads them. */
export interface Reading extends ReadOptions {
  /** every file that was there, in the order read */
  files: string[];
  ignoreUnknown: string[];
}

const DEEPEST_INCLUDE = 16;

/** @throws SshConfigurationError on what ssh refuses, even in a block that applies to no host */
export function readConfigurationFile(
  path: string,
  system: boolean,
  reading: Reading,
  depth = 0,
): Statement[] {
  const text = reading.readFile(path);
  if (text === undefined) return [];
  if (!reading.files.includes(path)) reading.files.push(path);
  const statements: Statement[] = [];
  for (const [index, row] of text.split('\n').entries()) {
    const place = { file: path, line: index + 1 };
    try {
      const statement = readLine(row, place, system, reading, depth);
      if (statement !== undefined) statements.push(statement);
    } catch (error) {
      if (!(error instanceof InvalidValue)) throw error;
      throw new SshConfigurationError(error.message, place, error);
    }
  }
  return statements;
}

function readLine(
  row: string,
  place: Place,
  system: boolean,
  reading: Reading,
  depth: number,
): Statement | undefined {
  const trimmed = row.replace(/[ \t\r\f]+$/, '').replace(/^[ \t\r]+/, '');
  if (trimmed === '' || trimmed.startsWith('#')) return undefined;
  const { word, rest } = takeWord(trimmed);
  const lowered = word.toLowerCase();
  const keyword = SYNONYMS[lowered] ?? lowered;
  const line: DirectiveLine = { ...place, words: splitArguments(rest), text: rest };
  if (rest === '' && isKnown(keyword)) {
    throw new InvalidValue(`no argument after keyword "${word}"`);
  }
  if (keyword === 'host') return { ...place, kind: 'host', patterns: line.words };
  if (keyword === 'match') return { ...place, kind: 'match', conditions: parseMatch(rest) };
  if (keyword === 'include')
    return { ...place, kind: 'include', files: include(line, system, reading, depth) };
  return { ...place, kind: 'apply', apply: readDirective(word, keyword, line, system, reading) };
}

function isKnown(keyword: string): boolean {
  return ['host', 'match', 'include'].includes(keyword) || Object.hasOwn(HONOURED, keyword);
}

function readDirective(
  word: string,
  keyword: string,
  line: DirectiveLine,
  system: boolean,
  reading: Reading,
): Apply {
  const honoured = Object.hasOwn(HONOURED, keyword) ? HONOURED[keyword] : undefined;
  if (honoured !== undefined) return honoured(line);
  const standing = classifyUnhonoured(keyword, line, system);
  if (standing === 'unknown' && !reading.ignoreUnknown.some((list) => matchesPatternList(keyword, list))) {
    throw new InvalidValue(`bad configuration option '${word}'`);
  }
  // Files are read once for all hosts, so an IgnoreUnknown counts from its line on for every host.
  if (keyword === 'ignoreunknown') reading.ignoreUnknown.push((line.words[0] ?? '').toLowerCase());
  const unsupported =
    standing === 'matters' ? { keyword: word, file: line.file, line: line.line } : undefined;
  return ({ notHonoured }) => {
    if (!notHonoured.has(keyword)) notHonoured.set(keyword, unsupported);
  };
}

function include(
  { words }: DirectiveLine,
  system: boolean,
  reading: Reading,
  depth: number,
): (readonly Statement[])[] {
  if (depth === DEEPEST_INCLUDE) throw new InvalidValue('too many recursive configuration includes');
  return words
    .flatMap((word) => expandGlob(includePath(word, system, reading), reading.listFolder))
    .map((path) => readConfigurationFile(path, system, reading, depth + 1));
}

/** Relative to ~/.ssh, or to /etc/ssh in a system file, wherever the including file lies. */
function includePath(word: string, system: boolean, { home, localUser, env }: Reading): string {
  if (word === '') throw new InvalidValue('missing argument');
  const path = word.replaceAll(/\$\{(\w+)\}/g, (whole, name: string) => env[name] ?? whole);
  if (path.startsWith('~')) {
    const expanded = system ? undefined : expandHome(path, home, localUser);
    if (expanded === undefined) throw new InvalidValue(`bad include path '${word}'`);
    return expanded;
  }
  if (path.startsWith('/')) return path;
  return `${system ? '/etc/ssh' : `${home.replace(/\/$/, '')}/.ssh`}/${path}`;
}
