import { indexRows } from '../effects/pattern-index.js';
import { matchesPattern } from '../effects/pattern.js';
import { nameSet, readArguments } from '../frames/arguments.js';
import type { Call } from '../frames/call.js';
import { valuedOptions } from '../frames/global-options.js';
import type { Trace } from '../frames/trace.js';
import { matchesGlob } from '../words/glob.js';
import { mark } from '../words/marks.js';
import { quickPrograms, shellBuiltins } from './programs.js';
import { heavy, lookups, questions } from './table.js';

/** How heavy a command line is, and what it needs where it runs. */
export interface Workload {
  readonly weight: 'light' | 'heavy';
  /** In the words of specialties: `compilation`, `testing`, `containerization`, `benchmarking`, `files`, … */
  readonly kind?: string;
  /** Plain names of the external programs in command position; builtins and the line's own functions left out. */
  readonly programs: readonly string[];
  /** Nothing but programs that end at once, and nothing unknown. */
  readonly quick: boolean;
}

/** Patterns of leading words that a user adds: `bazel build`, `make help`. */
export interface WorkloadPatterns {
  readonly heavy?: readonly string[];
  readonly light?: readonly string[];
}

export function classifyTrace(trace: Trace, patterns: WorkloadPatterns): Workload {
  const here = trace.calls.filter((call) => call.program !== '' && call.place.kind === 'node');
  const ours = here.filter((call) => call.source === 'shell');
  let kind: string | undefined;
  for (const call of ours) kind ??= heavyKind(call, patterns);
  const unknown =
    trace.exhausted || trace.notices.length > 0 || ours.some((call) => call.program === mark.unknown);
  const external = ours.filter(
    (call) =>
      !call.name.text.includes('/') && call.program !== mark.unknown && !shellBuiltins.has(call.program),
  );
  return {
    weight: kind === undefined ? 'light' : 'heavy',
    ...(kind === undefined || kind === '' ? {} : { kind }),
    programs: [...new Set(external.map((call) => call.program))],
    quick: !unknown && trace.calls.every((call) => call.program === '' || quickPrograms.has(call.program)),
  };
}

let rowsOf: ReturnType<typeof indexRows<(typeof heavy)[number]>> | undefined;

/** The kind of a heavy call (empty where a user's pattern says no more); undefined for a light one. */
function heavyKind(call: Call, patterns: WorkloadPatterns): string | undefined {
  const words = [call.program, ...call.args.map((arg) => arg.text)];
  const heavyBy = longest(patterns.heavy, words);
  const lightBy = longest(patterns.light, words);
  if (lightBy > heavyBy) return undefined;
  const built = builtInKind(call);
  return heavyBy > 0 ? (built ?? '') : built;
}

/** The number of leading words of the longest pattern that fits. */
function longest(patterns: readonly string[] | undefined, words: readonly string[]): number {
  const fits = (patterns ?? [])
    .map((text) => text.trim().split(/\s+/u))
    .filter((pattern) => pattern.every((word, i) => matchesGlob(word, words[i] ?? '')));
  return Math.max(0, ...fits.map((pattern) => pattern.length));
}

function builtInKind(call: Call): string | undefined {
  const program = plainProgram(call.program);
  rowsOf ??= indexRows(heavy);
  const rows = rowsOf(program);
  if ((rows.length === 0 && !/^(?:yarn|bundle)$/u.test(program)) || asks(program, call)) return undefined;
  // `cargo +nightly bench` picks a toolchain first.
  const args = call.args[0]?.text.startsWith('+') === true ? call.args.slice(1) : call.args;
  const found = readArguments(args, nameSet(valuedOptions({ ...call, program })));
  const lookup = lookups.get(program === 'podman' || program === 'nerdctl' ? 'docker' : program);
  const verb = found.operands[0]?.text;
  if (verb !== undefined && lookup !== undefined && nameSet(lookup).has(verb)) return undefined;
  let kind: string | undefined;
  // A later line is more exact: `make test` after `make`.
  for (const { pattern, row } of rows) if (matchesPattern(pattern, found)) kind = row[1];
  if (kind !== undefined) return kind;
  // `yarn jest`: a package's program by its name.
  const [head, ...rest] = args;
  if (/^(?:yarn|pnpm|bun)$/u.test(program) && head !== undefined && head.text === verb)
    return builtInKind({ ...call, program: head.text, args: rest });
  return verb === undefined && call.args.length === 0 && /^(?:yarn|bundle)$/u.test(program)
    ? 'dependencies'
    : undefined;
}

/** Asked about itself: `make --version`, `gcc -v`, `pytest --help`. */
function asks(program: string, call: Call): boolean {
  const words = call.args.map((arg) => arg.text);
  if (
    words.length === 1 &&
    /^-(?:v|vV)$/u.test(words[0] ?? '') &&
    !/^(?:pytest|jest|mocha|ctest|ninja)$/u.test(program)
  )
    return true;
  if (program === 'rsync' && /^-\w*n/u.test(words[0] ?? '')) return true;
  if (/^(?:unzip|zip)$/u.test(program) && words[0] === '-l') return true;
  if (/^(?:find|tar|zip|grep|rg|du|docker|podman|kubectl|ssh|ffmpeg)$/u.test(program)) {
    return (
      words.some((word) => /^--(?:version|help)$/u.test(word)) ||
      /^(?:version|help|-h|-V|-version)$/u.test(words[0] ?? '')
    );
  }
  return words.some((word, i) => questions.test(word) && (word.startsWith('-') || i === 0));
}

/** Without version suffix and cross prefix: `gcc-12`, `aarch64-linux-gnu-g++`, `jest@29`. */
function plainProgram(name: string): string {
  const base = name.replace(/(?<=\w)@.*$/u, '').replace(/\.(?:exe|cmd|sh)$/u, '');
  const cross =
    /^(?:[a-z0-9_]+-){1,3}(gcc|g\+\+|cc|c\+\+|clang|clang\+\+|ld|as|ar|gfortran)(?:-[\d.]+)?$/u.exec(base);
  if (cross?.[1] !== undefined) return cross[1];
  return base
    .replace(/-\d+(?:\.\d+)*$/u, '')
    .replace(/^(gcc|g\+\+|clang\+\+|clang|pip|pytest|ruby|php|lua|pypy)\d[\d.]*$/u, '$1');
}
