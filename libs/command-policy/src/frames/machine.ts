import type { ParsedScript, Statement } from '../parse/syntax.js';
import type { Arg, Call, Notice, Redirect, Span } from './call.js';
import type { Shell } from './shell.js';

/** What goes with the words of a command. */
export interface Setting {
  readonly variables: ReadonlyMap<string, string>;
  readonly input: string | undefined;
  readonly redirects: readonly Redirect[];
  readonly span: Span;
}

/**
 * Follows a command line without running it. Every method answers with what would be printed, as far as that can be told.
 */
export interface Machine {
  walk(statements: readonly Statement[], shell: Shell, input: string | undefined): string;
  /** Runs a command of which the words are known. */
  run(words: readonly Arg[], shell: Shell, setting: Setting): string;
  /** Reads text as a shell would and runs it. */
  runText(text: string, shell: Shell, span: Span, input: string | undefined): string;
  readonly parse: (text: string) => ParsedScript | undefined;
  emit(call: Call): void;
  /** Something that runs when the line has ended (`trap … EXIT`). */
  later(run: () => void): void;
  /** A function that the line defines. */
  defined(name: string, shell: Shell): void;
  notice(effect: Notice['effect'], detail: string, span: Span, shell: Shell): void;
  /** False where the budget is used up, or the line is nested too deep: it is then not followed any further. */
  step(shell: Shell, cost?: number): boolean;
}
