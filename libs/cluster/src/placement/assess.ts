import type { Candidate, Demand, Thresholds } from './candidate.js';
import type { Rejection } from './filter.js';
import { filters } from './filters.js';
import { isOverloaded, type Overload } from './overload.js';
import type { NodeVerdict } from './placement.js';
import { lacks, lacksSome, withoutPrograms } from './programs.js';
import { scoreOf } from './scorers.js';

/** One candidate and all that the choice found out about it. */
export interface Assessment {
  readonly candidate: Candidate;
  readonly rejections: readonly Rejection[];
  readonly overload: Overload;
  /** The node's specialty names the demand's kind of work. */
  readonly specialised: boolean;
  /** Fits, but every slot is taken and the demand needs one. */
  readonly full: boolean;
  readonly score: number;
}

export function assess(
  demand: Demand,
  candidates: readonly Candidate[],
  thresholds: Thresholds,
): readonly Assessment[] {
  const alone = candidates.map((candidate) => ({ candidate, rejections: rejectionsOf(demand, candidate) }));
  const fitting = alone.filter(({ rejections }) => rejections.length === 0).map(({ candidate }) => candidate);
  const lacking = withoutPrograms(demand, fitting);
  return alone.map(({ candidate, rejections }) => {
    const without = lacking.get(candidate.id);
    return {
      candidate,
      rejections: without === undefined ? rejections : [...rejections, without],
      overload: isOverloaded(candidate.load, thresholds),
      specialised: demand.kind !== undefined && candidate.specialties.includes(demand.kind),
      full: !demand.quick && candidate.slots.taken >= candidate.slots.total,
      score: scoreOf(candidate),
    };
  });
}

function rejectionsOf(demand: Demand, candidate: Candidate): readonly Rejection[] {
  return filters.map((filter) => filter(demand, candidate)).filter((rejection) => rejection !== undefined);
}

/** Out by what is known of it already, so that to look at the node would change nothing. */
export function isRuledOut(demand: Demand, candidate: Candidate): boolean {
  return rejectionsOf(demand, candidate).some(({ unknown }) => unknown !== true);
}

export function isFeasible(assessment: Assessment): boolean {
  return assessment.rejections.length === 0;
}

/** What is told of the node: why it is out or, where it fits, what spoke for and against it. */
export function verdictOf(assessment: Assessment, demand: Demand): NodeVerdict {
  const { candidate, rejections, overload, specialised, full, score } = assessment;
  if (rejections.length > 0) return { feasible: false, reasons: rejections.map(({ reason }) => reason) };
  const reasons: string[] = [];
  if (full) reasons.push(`full: ${candidate.slots.taken} of ${candidate.slots.total} slots`);
  if (overload.why !== undefined) reasons.push(`overloaded: ${overload.why}`);
  if (specialised) reasons.push(`specialty: ${demand.kind}`);
  if (lacksSome(candidate)) reasons.push(lacks(candidate));
  return { feasible: true, score, reasons };
}
