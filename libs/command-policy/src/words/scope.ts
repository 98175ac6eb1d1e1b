import type { ParsedScript } from '../parse/syntax.js';

/** A variable: one text (several, where branches differ), or the items of an array. */
export type Value =
  | { readonly kind: 'text'; readonly options: readonly string[] }
  | {
      readonly kind: 'array';
      readonly items: readonly string[];
      /** By key, where they have one (`m=([k]=v)`). */
      readonly keyed?: ReadonlyMap<string, string>;
    };

export const textValue = (...options: string[]): Value => ({ kind: 'text', options: [...new Set(options)] });

/** What the evaluation of a word asks of the shell around it. */
export interface WordScope {
  /** The variable as this line or the usual environment has it; undefined where nothing is known. */
  lookup(name: string): Value | undefined;
  assign(name: string, value: Value): void;
  readonly positional: readonly string[];
  /** Picks one of `count` possibilities; the caller comes again for the others. */
  choose(count: number): number;
  /** What the commands print; they are judged on the way. */
  substitute(script: ParsedScript, part: { readonly pos: number; readonly end: number }): string;
  /** Runs the substitutions in text that is expanded as a prompt is (`${x@P}`). */
  prompt(text: string): void;
  /** A path under which the commands' output is read (`<`) or their input is written (`>`). */
  substituteProcess(script: ParsedScript, operator: '<' | '>'): string;
}
