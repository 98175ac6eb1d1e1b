import type { Arguments } from '../frames/arguments.js';
import { hasOption } from '../frames/arguments.js';
import type { Call } from '../frames/call.js';
import type { Scope } from './effect.js';

const shared =
  /^(?:refs\/heads\/)?(?:main|master|trunk|develop|development|dev|prod|production|staging|stable|release.*|gh-pages)$/u;

/** A shared branch is everybody's; another is asked about; a lease on another is ordinary after a rebase. */
export function pushScope(_call: Call, args: Arguments): Scope | undefined {
  const refs = args.operands.slice(2).map((operand) => operand.text);
  const targets = refs.map((ref) => ref.replace(/^\+/u, '').replace(/^.*:/u, ''));
  const deletes = hasOption(args, '-d', '--delete') || refs.some((ref) => ref.startsWith(':'));
  const forced = hasOption(args, '-f', '--force') || refs.some((ref) => ref.startsWith('+'));
  const lease = hasOption(args, '--force-with-lease');
  if (targets.some((target) => shared.test(target) || /[*\u0006]/u.test(target)))
    return forced || deletes ? 'all' : lease ? 'one' : undefined;
  if (forced || deletes) return 'one';
  return undefined;
}
