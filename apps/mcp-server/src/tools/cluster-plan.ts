import { answerLimit, didNotRun, runFields, type Outcome, type Plan } from '@cluster-execution/cluster';
import { z } from 'zod';
import { outcomeFields, routing } from './output-fields.js';
import { refuseRun } from './run-answer.js';
import { onlyLooks, type Tool } from './tool.js';

const { status, success } = outcomeFields;

const finding = z.looseObject({
  rule: z.string(),
  verdict: z.string(),
  message: z.string(),
  suggestion: z.string().optional(),
});

export const clusterPlan: Tool = {
  name: 'cluster_plan',
  title: 'Where a command would run',
  description: [
    'Says where cluster_bash would run a command and why, and whether the policy would allow it. Nothing runs.',
    'Use it before something expensive or risky, or to find out why a command does not fit any node.',
  ].join(' '),
  inputShape: runFields,
  outputShape: {
    ...outcomeFields,
    status: status.optional().describe('Only where the command is not valid: invalid.'),
    success: success.optional(),
    verdict: z.enum(['allow', 'ask', 'deny']).optional().describe('What the policy says.'),
    findings: z.array(finding).optional().describe('Why.'),
    weight: z.enum(['light', 'heavy']).optional(),
    kind: z.string().optional(),
    placement: z
      .enum(['placed', 'queued', 'unschedulable', 'unreachable'])
      .optional()
      .describe('What a run would meet now.'),
    routing: routing.optional(),
  },
  annotations: onlyLooks,
  async handle(args, call) {
    const answer = await call.cluster.plan(args);
    const isError = 'status' in answer && didNotRun(answer.status);
    return { content: fitPlan(answer), isError };
  },
  refuse: refuseRun,
};

/** In a large cluster the nodes that were not chosen have to go. */
function fitPlan(answer: Plan | Outcome): object {
  if (JSON.stringify(answer).length < answerLimit) return answer;
  const { routing: full, findings = [], ...rest } = { findings: undefined, ...answer };
  const chosen = full?.chosen === undefined ? undefined : full.nodes[full.chosen];
  const nodes = full?.chosen === undefined || chosen === undefined ? {} : { [full.chosen]: chosen };
  return {
    ...rest,
    command: rest.command.slice(0, 2_000),
    findings: findings.slice(0, 10),
    ...(full === undefined ? {} : { routing: { ...full, nodes } }),
  };
}
