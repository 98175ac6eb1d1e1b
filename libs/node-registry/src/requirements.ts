import type { Arch, Os } from './platform.js';

/** What a command asks of the node it runs on. Capabilities must all be there. */
export interface Requirements {
  readonly os?: Os;
  readonly arch?: Arch;
  readonly capabilities?: readonly string[];
}

/** One requirement that a node does not meet. `found` is absent where the node's value is not known. */
export interface Mismatch {
  readonly requirement: 'os' | 'arch' | 'capability';
  readonly wanted: string;
  readonly found?: string;
}

/** What matching looks at: a part of a node. */
export interface Matchable {
  readonly os?: Os | undefined;
  readonly arch?: Arch | undefined;
  readonly capabilities: readonly string[];
}

/**
 * Every requirement that the node does not meet; empty when it fits. Capabilities compare without regard to
 * case. An OS or architecture that is not known is a mismatch without `found`: ask the node, then match again.
 */
export function matchRequirements(node: Matchable, requirements: Requirements): Mismatch[] {
  const mismatches: Mismatch[] = [];
  for (const requirement of ['os', 'arch'] as const) {
    const wanted = requirements[requirement];
    const found = node[requirement];
    if (wanted === undefined || wanted === found) continue;
    mismatches.push(found === undefined ? { requirement, wanted } : { requirement, wanted, found });
  }
  const offered = new Set(node.capabilities.map(fold));
  const missing = new Map((requirements.capabilities ?? []).map((wanted) => [fold(wanted), wanted]));
  for (const [key, wanted] of missing) {
    if (offered.has(key)) continue;
    mismatches.push({ requirement: 'capability', wanted, found: node.capabilities.join(', ') || 'none' });
  }
  return mismatches;
}

function fold(capability: string): string {
  return capability.trim().toLowerCase();
}
