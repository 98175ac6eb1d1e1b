import { isAbsolute, resolve } from 'node:path';
import type { ParsedCommand } from '@cluster-execution/command-policy';
import { refusal, type Outcome } from '../answers/outcome.js';
import type { Context } from '../wiring/context.js';
import { parseRunRequest, type RunRequest } from './request.js';

const codes: Record<string, { code: string; hint: string }> = {
  empty: { code: 'command-empty', hint: 'Give a command.' },
  'too-long': { code: 'command-too-long', hint: 'Put it into a file on the node, or use submit --script.' },
  'control-character': { code: 'command-unparsable', hint: 'Remove the control character.' },
  syntax: { code: 'command-unparsable', hint: 'Check its quotes and brackets; bash -n says where it stops.' },
};

/** Unknown → a request that is well formed, with its command parsed; or the answer that says what is wrong. */
export function parse(
  context: Context,
  input: unknown,
): { ok: true; request: RunRequest; command: ParsedCommand } | { ok: false; outcome: Outcome } {
  const checked = parseRunRequest(input);
  if (!checked.ok)
    return invalid(shownCommand(input), {
      error: checked.error,
      code: 'invalid-arguments',
      hint: 'See the tool’s input schema.',
    });
  const request = { ...checked.value, ...folder(context, checked.value.cwd) };
  const { policy, registry } = context.settings();
  const command = policy.parse(request.command);
  if (!command.ok) {
    const { code, hint } = codes[command.error.code] ?? {
      code: 'command-unparsable',
      hint: 'Check the command.',
    };
    return invalid(shortened(request.command), { error: command.error.message, code, hint });
  }
  if (request.node_id !== undefined && registry.find(request.node_id) === undefined) {
    const meant = registry.suggest(request.node_id);
    const known = registry.nodes.map(({ id }) => id).join(', ');
    return invalid(request.command, {
      error: `There is no node "${request.node_id}".`,
      code: 'unknown-node',
      hint:
        meant === undefined
          ? `The nodes are: ${known}.`
          : `Did you mean "${meant}"? The nodes are: ${known}.`,
    });
  }
  return { ok: true, request, command };
}

/** A relative folder is below ours; `~` stays a symbol, each node has its own. */
function folder(context: Context, cwd: string | undefined): { cwd?: string } {
  if (cwd === undefined) return {};
  return { cwd: cwd.startsWith('~') || isAbsolute(cwd) ? cwd : resolve(context.cwd, cwd) };
}

function invalid(
  command: string,
  why: { error: string; code: string; hint: string },
): { ok: false; outcome: Outcome } {
  return { ok: false, outcome: refusal('invalid', command, why) };
}

export function shownCommand(input: unknown): string {
  const command = typeof input === 'object' && input !== null && 'command' in input ? input.command : '';
  return typeof command === 'string' ? shortened(command) : '';
}

function shortened(command: string): string {
  return command.length <= 1_000 ? command : `${command.slice(0, 1_000)}…`;
}
