import { codeRules } from './code.js';
import { filesRules } from './files.js';
import { guardRules } from './guard.js';
import { machineRules } from './machine.js';
import { networkRules } from './network.js';
import { platformsRules } from './platforms.js';
import type { Rule } from './rule.js';

/** The built-in rules. The first that fits an effect decides for it; the strictest effect decides for the line. */
export const rules: readonly Rule[] = [
  ...guardRules,
  ...filesRules,
  ...machineRules,
  ...networkRules,
  ...codeRules,
  ...platformsRules,
];
