import type { EffectName, Scope } from '../effect.js';

/**
 * What the call matches (see `pattern.ts`), what it would do, and how far: a scope, or `>` and which of its
 * arguments are paths whose place decides.
 */
export type EffectRow = readonly [when: string, effect: EffectName, reach: Scope | `>${Targets}`];

export type Targets = 'operands' | 'first' | 'rest' | 'last' | 'sources' | 'input' | 'cwd' | `${string}=`;
