import type { Judgement, Workload } from '@cluster-execution/command-policy';
import { routingOf, type Outcome, type Routing } from '../answers/outcome.js';
import { demandOf, destination } from '../request/demand.js';
import { judge } from '../request/judge.js';
import { parse } from '../request/parse.js';
import type { Context } from '../wiring/context.js';

/** Where a command would go and why; nothing ran. */
export interface Plan {
  command: string;
  verdict: Judgement['verdict'];
  findings: Judgement['findings'];
  weight: Workload['weight'];
  kind?: string;
  /** What the run would answer now: `placed`, `queued` or `unschedulable`. */
  placement: 'placed' | 'queued' | 'unschedulable' | 'unreachable';
  routing: Routing;
  error?: string;
  error_code?: string;
  hint?: string;
}

/** The rooms of `run` up to the placement; nothing is recorded and nothing runs. */
export async function planOf(context: Context, input: unknown): Promise<Plan | Outcome> {
  const parsed = parse(context, input);
  if (!parsed.ok) return parsed.outcome;
  const judged = judge(context, parsed.request, parsed.command);
  const { workload } = judged;
  const demand = demandOf(parsed.request, workload, { ...destination(context, judged), spread: false });
  const placement = await context.backend.plan(demand, workload.programs);
  const kinds = { placed: 'placed', full: 'queued', none: 'unschedulable' } as const;
  return {
    command: parsed.request.command,
    verdict: judged.judgement.verdict,
    findings: judged.judgement.findings,
    weight: workload.weight,
    ...(workload.kind === undefined ? {} : { kind: workload.kind }),
    placement:
      placement.kind === 'none' && placement.code === 'unreachable' ? 'unreachable' : kinds[placement.kind],
    routing: routingOf(placement),
    ...(placement.kind === 'none'
      ? { error: placement.reason, error_code: placement.code, hint: placement.hint }
      : {}),
  };
}
