import { join } from 'node:path';
import {
  parseScript,
  type Judgement,
  type ParsedCommand,
  type Workload,
} from '@cluster-execution/command-policy';
import { quote } from '@cluster-execution/ssh-transport';
import type { Context } from '../wiring/context.js';
import type { RunRequest } from './request.js';

/** A command that can be understood, what the policy says of it and what work it is. */
export interface Judged {
  request: RunRequest;
  judgement: Judgement;
  workload: Workload;
}

/** The verdict with the user's `onAsk` applied. */
export function judge(context: Context, request: RunRequest, parsed: ParsedCommand): Judged {
  const { configuration, policy } = context.settings();
  // As the command will find it: a named node without a folder means the home there.
  const folder = request.cwd ?? (request.node_id === undefined ? context.cwd : '~');
  const cwd = folder.startsWith('~') ? join(context.home, folder.slice(1)) : folder;
  const place = { home: context.home, cwd, protectedPaths: context.protectedPaths };
  const command =
    request.script === undefined ? parsed : parseScript(asCalled(request.script, request.script_arguments));
  const judgement = policy.judge(command, place);
  const workload = policy.classify(command);
  if (judgement.verdict !== 'ask' || configuration.policy.onAsk === 'ask')
    return { request, judgement, workload };
  return { request, workload, judgement: { ...judgement, verdict: configuration.policy.onAsk } };
}

/** A shell script that has its arguments in its text, for the policy to see what they are put to. */
function asCalled(script: string, args: readonly string[] = []): string {
  const [first = '', ...rest] = script.split('\n');
  const set = `set -- ${args.map(quote).join(' ')}`;
  return (first.startsWith('#!') ? [first, set, ...rest] : [set, first, ...rest]).join('\n');
}
