import { join } from 'node:path';
import { judgeScriptWith, type Judgement, type ParsedCommand } from '@cluster-execution/command-policy';
import type { Context } from './context.js';
import type { RunRequest } from './request.js';

/** A command that can be understood, and what the policy says of it. */
export interface Judged {
  request: RunRequest;
  parsed: ParsedCommand;
  judgement: Judgement;
}

/** The verdict with the user's `onAsk` applied. */
export function judge(context: Context, request: RunRequest, parsed: ParsedCommand): Judged {
  const { configuration, policy } = context.settings();
  // As the command will find it: a named node without a folder means the home there.
  const folder = request.cwd ?? (request.node_id === undefined ? context.cwd : '~');
  const cwd = folder.startsWith('~') ? join(context.home, folder.slice(1)) : folder;
  const place = { home: context.home, cwd, protectedPaths: context.protectedPaths };
  const judgement =
    request.script === undefined
      ? policy.judge(parsed, place)
      : judgeScriptWith(policy, request.script, { context: place });
  if (judgement.verdict !== 'ask' || configuration.policy.onAsk === 'ask')
    return { request, parsed, judgement };
  return { request, parsed, judgement: { ...judgement, verdict: configuration.policy.onAsk } };
}
