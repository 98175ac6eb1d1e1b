import type { Finding } from '@cluster-execution/command-policy';
import { demandOf, destination } from '../request/demand.js';
import type { Judged } from '../request/judge.js';
import { isTerminal } from '../tasks/states.js';
import type { Context, Hooks } from '../wiring/context.js';
import type { Job } from './job.js';
import { neverStarted } from './record.js';

/**
 * May it run? Where the policy says `ask`, a person is asked; where none can be, the task waits for `approve`.
 * False where the task has ended here, and the record says how.
 */
export async function permit(
  context: Context,
  job: Job,
  judged: Judged,
  hooks: Hooks,
  tellHeld: () => void,
): Promise<boolean> {
  const { verdict, findings } = judged.judgement;
  if (verdict === 'allow') return true;
  const denied = (what: string, code: string) => {
    context.store.transition(job.taskId, 'queued', 'denied', explained(findings, what, code));
    return false;
  };
  if (verdict === 'deny') return denied('The policy refuses this command', 'policy-denied');
  const answer = await ask(context, job, judged, hooks);
  if (answer === 'yes') return context.store.get(job.taskId)?.status === 'queued';
  if (answer === 'no') return denied('The person asked said no', 'person-denied');
  if (job.controller.signal.aborted) {
    context.store.transition(job.taskId, 'queued', 'cancelled', neverStarted);
    return false;
  }
  const held = explained(findings, 'The policy wants a person to approve this command', 'needs-approval');
  context.store.transition(job.taskId, 'queued', 'needs_approval', {
    ...held,
    hint: `A person can allow it: cluster-router approve ${job.taskId}`,
  });
  tellHeld();
  return approved(context, job);
}

async function ask(
  context: Context,
  job: Job,
  judged: Judged,
  hooks: Hooks,
): Promise<'yes' | 'no' | 'unavailable'> {
  if (hooks.ask === undefined) return 'unavailable';
  const { workload, request } = judged;
  const demand = demandOf(request, workload, { ...destination(context, judged), spread: false });
  const placement = await context.backend.plan(demand, workload.programs);
  const node = demand.node ?? (placement.kind === 'placed' ? placement.chosen : undefined);
  const question = {
    taskId: job.taskId,
    command: request.script === undefined ? request.command : `${request.command}\n${request.script}`,
    node,
    findings: judged.judgement.findings,
  };
  const { signal } = job.controller;
  const asked = hooks.ask(question, signal).catch((error: unknown) => {
    // Nobody has said yes or no: it can still be approved.
    if (!signal.aborted) context.notice(`The question about ${job.taskId} failed: ${String(error)}`);
    return 'unavailable' as const;
  });
  return Promise.race([asked, cancelled(signal)]);
}

/** Whoever is asked may never answer. */
function cancelled(signal: AbortSignal): Promise<'unavailable'> {
  return new Promise((resolve) => {
    const end = () => resolve('unavailable');
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
  });
}

/** Waits until another process, or this one, has approved the task or ended it. */
function approved(context: Context, job: Job): Promise<boolean> {
  return new Promise((resolve) => {
    const look = () => {
      const status = context.store.get(job.taskId)?.status;
      const cancelled = job.controller.signal.aborted;
      if (status === 'needs_approval' && !cancelled) return;
      stop();
      job.controller.signal.removeEventListener('abort', look);
      if (status === 'needs_approval' && job.controller.signal.reason !== 'leave') {
        context.store.transition(job.taskId, 'needs_approval', 'cancelled', neverStarted);
      }
      const goesOn = status !== undefined && !isTerminal(status) && status !== 'needs_approval';
      if (goesOn) forgetQuestion(context.store, job.taskId);
      resolve(goesOn);
    };
    const stop = context.wake.onWake(look);
    job.controller.signal.addEventListener('abort', look);
    look();
  });
}

/** What it waited for is no error of its own. */
export function forgetQuestion(store: Context['store'], taskId: string): void {
  store.amend(taskId, 'queued', { error: undefined, errorCode: undefined, hint: undefined });
}

function explained(findings: readonly Finding[], what: string, code: string) {
  const reasons = findings.map(({ message, rule }) => `${message} (${rule})`).join(' ');
  const suggestion = findings.find((finding) => finding.suggestion !== undefined)?.suggestion;
  return {
    error: `${what}: ${reasons}`,
    errorCode: code,
    ...(suggestion === undefined ? {} : { hint: suggestion }),
  };
}
