import { describeOutcome, describeRouting } from '../answers/describe-outcome.js';
import { exitCodeOf, exitCodes } from '../answers/exit-code.js';
import { inOwnWords } from '../answers/own-words.js';
import { withCluster, type CommonOptions } from '../session.js';
import { printJson, say } from '../terminal/streams.js';
import type { NodeOptions } from '../commands/placing-options.js';
import { requestFrom } from './request.js';

/** Where a command would go and why; nothing runs. */
export async function plan(command: string, options: CommonOptions & NodeOptions): Promise<number> {
  return withCluster(options, async (cluster) => {
    const answer = inOwnWords(await cluster.plan(requestFrom(command, options)));
    if (options.json === true) await printJson(answer);
    if (!('verdict' in answer)) {
      if (options.json !== true) say(describeOutcome(answer));
      return exitCodeOf(answer);
    }
    if (options.json !== true) {
      console.log(
        `${answer.weight}${answer.kind === undefined ? '' : ` ${answer.kind}`}; policy: ${answer.verdict}`,
      );
      for (const { message, rule } of answer.findings) console.log(`  ${message} [${rule}]`);
      const condition = { allow: '', ask: 'after approval, ', deny: 'would not run; were it allowed, ' }[
        answer.verdict
      ];
      console.log(`${condition}${answer.placement}: ${describeRouting(answer.routing)}`);
      if (answer.hint !== undefined) console.log(answer.hint);
    }
    if (answer.verdict === 'deny') return exitCodes.refused;
    return answer.placement === 'placed' || answer.placement === 'queued' ? 0 : exitCodes.didNotRun;
  });
}
