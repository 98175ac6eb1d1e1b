import { setTimeout as delay } from 'node:timers/promises';
import type { Address } from './address.js';
import { type RefusalReason, checkAddress } from './check-address.js';

export interface RefusedAddress {
  address: string;
  reason: RefusalReason;
}

/** One way to look a name up. */
export interface Source {
  name: 'dns' | 'mdns';
  ask: (host: string, signal: AbortSignal) => Promise<Address[]>;
}

/** What came of a look-up: at least one address that a remote node can have, or why there is none. */
export type Finding =
  | {
      kind: 'usable';
      source: Source['name'];
      addresses: readonly Address[];
      refused: readonly RefusedAddress[];
    }
  | { kind: 'failed'; refused: readonly RefusedAddress[]; causes: readonly Error[] };

export interface LookUpOptions {
  sources: readonly Source[];
  /** This machine's own container bridges, as CIDRs. */
  findBridges: () => Promise<readonly string[]>;
  timeoutMs: number;
  /** Told of every usable finding, also of one that comes after the time limit: it is still worth remembering. */
  onUsable: (finding: Finding) => void;
}

/**
 * Asks all sources at once and takes the first usable answer; never rejects. Where none is usable, the finding
 * has what all of them refused, and every cause. `signal` ends the sources that can be ended, and the wait for the others.
 */
export async function lookUp(host: string, options: LookUpOptions, signal: AbortSignal): Promise<Finding> {
  const enough = new AbortController();
  const stop = AbortSignal.any([signal, enough.signal]);
  const pending = new Map<string, Promise<{ from: string; finding: Finding }>>();
  for (const source of options.sources) {
    pending.set(
      source.name,
      ask(source, host, options, stop).then((finding) => ({ from: source.name, finding })),
    );
  }
  const limit = expire(options.timeoutMs, stop).then((finding) => ({ from: 'limit', finding }));
  const failures: Finding[] = [];
  try {
    while (pending.size > 0) {
      const { from, finding } = await Promise.race([...pending.values(), limit]);
      if (finding.kind === 'usable') return finding;
      failures.push(finding);
      if (from === 'limit') break;
      pending.delete(from);
    }
    return combine(failures);
  } finally {
    enough.abort();
  }
}

async function ask(
  source: Source,
  host: string,
  options: LookUpOptions,
  signal: AbortSignal,
): Promise<Finding> {
  try {
    const addresses = await source.ask(host, signal);
    const finding = sift(source.name, addresses, await options.findBridges());
    if (finding.kind === 'usable') options.onUsable(finding);
    return finding;
  } catch (cause) {
    return failed(cause);
  }
}

/** Parts the addresses that a remote node can have from the others, without repeats. */
function sift(source: Source['name'], candidates: readonly Address[], bridges: readonly string[]): Finding {
  const addresses: Address[] = [];
  const refused: RefusedAddress[] = [];
  for (const candidate of new Map(candidates.map((one) => [one.address, one])).values()) {
    const check = checkAddress(candidate.address, { bridges });
    if (check.ok) addresses.push(candidate);
    else refused.push({ address: candidate.address, reason: check.reason });
  }
  if (addresses.length > 0) return { kind: 'usable', source, addresses, refused };
  return { kind: 'failed', refused, causes: [] };
}

/** A failed finding after `ms`, or once `signal` ends the wait. */
async function expire(ms: number, signal: AbortSignal): Promise<Finding> {
  try {
    await delay(ms, undefined, { signal });
    return failed(new Error(`no answer within ${ms} ms`));
  } catch (cause) {
    return failed(cause);
  }
}

function failed(cause: unknown): Finding {
  return {
    kind: 'failed',
    refused: [],
    causes: [cause instanceof Error ? cause : new Error(String(cause), { cause })],
  };
}

function combine(findings: readonly Finding[]): Finding {
  const refused = new Map(findings.flatMap((one) => one.refused).map((one) => [one.address, one]));
  const causes = findings.flatMap((one) => (one.kind === 'failed' ? one.causes : []));
  return { kind: 'failed', refused: [...refused.values()], causes };
}
