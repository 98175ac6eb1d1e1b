import type { Effect, EffectName, Scope } from './effect.js';

/** Makes an effect of the call at hand. */
export type MakeEffect = (name: EffectName, scope: Scope, target: string) => Effect;
