import type { Outcome } from '@cluster-execution/cluster';
import { errorColors as colors } from '../terminal/colors.js';
import { visible } from '../terminal/visible.js';

/** One line on how a command ended, then what went wrong and what to do. For standard error. */
export function describeOutcome(outcome: Outcome): string {
  const paint = outcome.success ? colors.green : colors.red;
  const code = outcome.return_code === undefined ? (outcome.signal ?? '') : `exit ${outcome.return_code}`;
  const parts = [
    paint(outcome.status),
    code,
    outcome.executed_on === undefined || outcome.executed_on === '' ? '' : `on ${outcome.executed_on}`,
    outcome.duration_ms === undefined ? '' : `${(outcome.duration_ms / 1000).toFixed(1)} s`,
    outcome.task_id === undefined ? '' : colors.dim(outcome.task_id),
  ].filter((part) => part !== '');
  const lines = [parts.join(' · ')];
  if (outcome.error !== undefined)
    lines.push(
      `${visible(outcome.error)}${outcome.error_code === undefined ? '' : ` [${outcome.error_code}]`}`,
    );
  if (outcome.hint !== undefined) lines.push(visible(outcome.hint));
  return lines.join('\n');
}

/** Why it runs where it runs, a line each node. */
export function describeRouting(routing: NonNullable<Outcome['routing']>): string {
  const nodes = Object.entries(routing.nodes).map(([id, { feasible, score, reasons }]) => {
    const mark = id === routing.chosen ? '→' : feasible ? ' ' : '✗';
    const points = score === undefined ? '' : ` (${score})`;
    return `  ${mark} ${id}${points}${reasons.length === 0 ? '' : `: ${visible(reasons.join('; '))}`}`;
  });
  return [routing.reason, ...nodes].join('\n');
}
