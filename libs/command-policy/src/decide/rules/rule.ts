import type { EffectName, Scope } from '../../effects/effect.js';

export type Verdict = 'allow' | 'ask' | 'deny';

/** What the policy thinks of an effect at a scope. What no rule speaks of is allowed. */
export interface Rule {
  readonly id: string;
  readonly effects: readonly EffectName[];
  /** Left out: any scope. */
  readonly scopes?: readonly Scope[];
  readonly verdict: 'ask' | 'deny';
  /** Cannot be switched off by a user's rule. */
  readonly core?: true;
  readonly message: string;
  /** A command line that is itself allowed, and may do instead. */
  readonly suggestion?: string;
  /** Command lines for which it must and must not speak, as text; the tests hold it to them. */
  readonly examples: { readonly match: readonly string[]; readonly noMatch: readonly string[] };
}
