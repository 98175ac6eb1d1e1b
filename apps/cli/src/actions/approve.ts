import { fitOutcome, type Cluster, type Question } from '@cluster-execution/cluster';
import { describeOutcome } from '../answers/describe-outcome.js';
import { exitCodeOf, exitCodes } from '../answers/exit-code.js';
import { inOwnWords } from '../answers/own-words.js';
import { noTask, Problem } from '../answers/problem.js';
import { interruptible } from '../terminal/interrupt.js';
import { withCluster, type CommonOptions } from '../session.js';
import { printJson, say } from '../terminal/streams.js';
import { askAtTerminal } from '../terminal/question.js';
import { follow } from './follow.js';

/** Lets one waiting task run, after a person at a terminal has said yes. */
export async function approve(taskId: string, options: CommonOptions): Promise<number> {
  return withCluster(options, async (cluster) => {
    const task = cluster.tasks.get(taskId);
    if (task === undefined) throw noTask(taskId);
    if (task.status !== 'needs_approval')
      throw new Problem(
        { error: `${taskId} does not wait for approval: it is ${task.status}.`, error_code: 'not-waiting' },
        exitCodes.failed,
      );
    const decision = task.decision as { findings?: Question['findings'] } | undefined;
    const named = task.metadata['nodeId'];
    const answer = await askAtTerminal({
      command: task.script === undefined ? task.command : `${task.command}\n${task.script}`,
      node: typeof named === 'string' ? named : undefined,
      findings: decision?.findings ?? [],
    });
    if (answer === 'interrupted') return exitCodes.interrupted;
    if (answer === 'unavailable')
      throw new Problem(
        { error: 'Approving needs a terminal.', error_code: 'needs-approval' },
        exitCodes.refused,
      );
    if (answer === 'no') {
      say('Not approved; it still waits.');
      return exitCodes.refused;
    }
    const approved = cluster.tasks.approve(taskId, `terminal, ${process.env['USER'] ?? 'user'}`);
    if ('error' in approved) throw new Problem(approved, exitCodes.failed);
    if (approved.kind === 'here')
      return follow({ ...options, approvable: true }, (hooks) => cluster.resume(approved.task, hooks));
    say('Approved; it runs in the process that holds it.');
    return untilEnd(cluster, taskId, options);
  });
}

/** The output belongs to the process that holds the task; here is only how it ended. */
async function untilEnd(cluster: Cluster, taskId: string, options: CommonOptions): Promise<number> {
  const interrupt = interruptible();
  try {
    for (;;) {
      const page = await cluster.tasks.output(
        { task_id: taskId, offset: Number.MAX_SAFE_INTEGER, wait_seconds: 60 },
        interrupt.signal,
      );
      if (interrupt.exitCode !== undefined) return interrupt.exitCode;
      if ('error' in page || !['running', 'queued', 'needs_approval'].includes(page.status)) break;
    }
    const stored = cluster.tasks.outcome(taskId);
    if (stored === undefined) throw noTask(taskId);
    const outcome = inOwnWords(stored);
    if (options.json === true) await printJson(fitOutcome(outcome));
    else say(describeOutcome(outcome));
    return exitCodeOf(outcome);
  } finally {
    interrupt.done();
  }
}
