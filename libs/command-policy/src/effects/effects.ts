import type { Call } from '../frames/call.js';
import { optionValue, type Arguments } from '../frames/arguments.js';
import type { Trace } from '../frames/trace.js';
import { mark, show } from '../words/marks.js';
import type { Effect, EffectName, Scope } from './effect.js';
import { environmentEffects } from './environment.js';
import { pushScope } from './git-push.js';
import { exhaustEffects } from './exhaust.js';
import { killEffects } from './kill.js';
import type { MakeEffect } from './make.js';
import { scopeOfPath, type PathContext } from './paths.js';
import { indexRows } from './pattern-index.js';
import { matchesPattern, readCall } from './pattern.js';
import { deviceEffects, outputEffects } from './outputs.js';
import { absolute, redirectEffects, writeEffect } from './redirects.js';
import { requestEffects } from './requests.js';
import { secretEffects } from './secrets.js';
import { statementEffect } from './statements.js';
import { cloud, databases } from './tables/cloud.js';
import { devices, files } from './tables/files.js';
import { machine } from './tables/machine.js';
import { network } from './tables/network.js';
import { containers, git, kubernetes } from './tables/platforms.js';
import type { EffectRow } from './tables/row.js';

let rowsOf: ReturnType<typeof indexRows<EffectRow>> | undefined;

/** The tables, made ready when first asked for. */
function tableRows(program: string): ReturnType<NonNullable<typeof rowsOf>> {
  rowsOf ??= indexRows(
    [files, devices, machine, git, containers, kubernetes, cloud, databases, network].flat(),
  );
  return rowsOf(program);
}

/** What a traced command line would do, in the order in which it would be done. */
export function effectsOf(trace: Trace, context: PathContext): readonly Effect[] {
  const found: Effect[] = trace.notices.map((notice) => ({
    effect: notice.effect,
    scope: 'unknown' as const,
    target: notice.detail,
    span: notice.span,
    frames: notice.frames,
    call: undefined,
  }));
  for (const call of trace.calls) found.push(...callEffects(call, context));
  return found;
}

function callEffects(call: Call, context: PathContext): Effect[] {
  const effect = (name: EffectName, scope: Scope, target: string): Effect => ({
    effect: name,
    scope,
    target: show(target),
    span: call.span,
    frames: call.frames,
    call,
  });
  const found = [...redirectEffects(call, context, effect), ...environmentEffects(call, effect)];
  if (call.program === '') return found;
  const misleading = misleads(call.name.text) || call.args.some(({ text }) => joinsWords.test(text));
  if (misleading) found.push(effect('mislead', 'unknown', lineOf(call)));
  const args = readCall(call);
  if (asksForHelp(call, args)) return found;
  const rows = tableRows(call.program);
  const dry = rehearses(call, args);
  found.push(...outputEffects(call, args, context, effect));
  if (rows.length === 0) found.push(...deviceEffects(call, args, context, effect));
  for (const { pattern, row } of rows) {
    if (dry && /-(?:cloud|kubernetes|remote|container|data)$/u.test(row[1])) continue;
    if (matchesPattern(pattern, args)) found.push(...rowEffects(row, call, args, context, effect));
  }
  const statement = statementEffect(call);
  if (statement !== undefined) found.push(effect(statement.effect, statement.scope, statement.text));
  return [
    ...found,
    ...killEffects(call, effect),
    ...secretEffects(call, effect),
    ...requestEffects(call, effect),
    ...exhaustEffects(call, effect),
  ];
}

function rowEffects(
  [, name, reach]: EffectRow,
  call: Call,
  args: Arguments,
  context: PathContext,
  effect: MakeEffect,
): Effect[] {
  // Piping `yes` into a program that asks is the same as telling it not to ask.
  if (name === 'delete-cloud' && reach === 'one' && /^(?:y|yes)\b|\u0014/u.test(call.input ?? ''))
    return [effect(name, 'all', lineOf(call))];
  if (!reach.startsWith('>')) return [effect(name, reach as Scope, lineOf(call))];
  if (reach === '>git=') {
    const scope = pushScope(call, args);
    return scope === undefined ? [] : [effect(name, scope, lineOf(call))];
  }
  // An interactive shell that reads from a pipe has somebody at the other end of it.
  if (reach === '>input') return call.input === undefined ? [] : [effect(name, 'all', lineOf(call))];
  // What is handed out is the folder it starts in, unless it is told another.
  if (reach === '>cwd')
    return /^(?:root|home|system|above)$/u.test(scopeOfPath('.', call, context))
      ? [effect(name, 'one', lineOf(call))]
      : [];
  const into = /^(?:cp|gcp|mv|gmv|ln|gln|install)$/u.test(call.program)
    ? optionValue(args, '-t', '--target-directory')?.text
    : undefined;
  if (into !== undefined && reach === '>last')
    return [writeEffect(name, absolute(into, call), scopeOfPath(`${into}/x`, call, context), effect)];
  if (into !== undefined && reach === '>sources')
    return targetsOf('operands', args).map((path) =>
      writeEffect(name, absolute(path, call), scopeOfPath(path, call, context), effect),
    );
  if (/^(?:rsync|scp)$/u.test(call.program))
    return targetsOf(reach.slice(1), args).flatMap((path) => copyEffect(name, path, call, context, effect));
  return targetsOf(reach.slice(1), args).map((path) =>
    writeEffect(name, absolute(path, call), scopeOfPath(path, call, context), effect),
  );
}

/** `host:/path`: there, only what would destroy that host counts. */
function copyEffect(
  name: EffectName,
  path: string,
  call: Call,
  context: PathContext,
  effect: MakeEffect,
): Effect[] {
  const remote = /^(?:[\w.-]+@)?(?:\[[^\]]+\]|[\w.-]+):(.*)$/u.exec(path)?.[1];
  if (remote === undefined)
    return [writeEffect(name, absolute(path, call), scopeOfPath(path, call, context), effect)];
  const there: Call = { ...call, cwd: mark.home, place: { kind: 'host', throwaway: false, mounts: [] } };
  const scope = scopeOfPath(remote === '' ? '.' : remote, there, context);
  const destroys = name === 'delete-tree' ? /^(?:root|home|system)$/u : /^system$/u;
  return destroys.test(scope) ? [writeEffect(name, remote, scope, effect)] : [];
}

const lineOf = (call: Call): string =>
  [call.program, ...call.args.map((arg) => arg.text)].join(' ').slice(0, 120);

function targetsOf(which: string, { operands }: Arguments): readonly string[] {
  const texts = operands.map((operand) => operand.text);
  switch (which) {
    case 'operands':
      return texts;
    case 'first':
      return texts.slice(0, 1);
    case 'rest':
      return texts.slice(1);
    case 'last':
      return texts.length > 1 ? texts.slice(-1) : [];
    case 'sources':
      return texts.slice(0, -1);
    case 'socat=':
      return texts.flatMap((text) => /^(?:OPEN|GOPEN|CREATE|FILE):([^,]+)/iu.exec(text)?.[1] ?? []);
    default:
      return texts.flatMap((text) => (text.startsWith(which) ? [text.slice(which.length)] : []));
  }
}

/** Asked about itself. Later among its arguments only where that is no file's name: `rm -rf / --help` is one on some systems. */
const asksForHelp = (call: Call, args: Arguments): boolean =>
  /^--?(?:help|version)$/u.test(call.args[0]?.text ?? '') ||
  (args.operands.length <= 1 &&
    !call.args.slice(0, -1).some((arg) => /^[/~.\u0001-\u0006]/u.test(arg.text)) &&
    /^--?(?:help|version)$/u.test(call.args.at(-1)?.text ?? ''));

/** Programs that work on others' things by an interface refuse an option that they do not know. */
const rehearses = (call: Call, args: Arguments): boolean =>
  /^(?:--?help|help)$/u.test(call.args.at(-1)?.text ?? '') ||
  args.options.some(
    ({ name, value }) =>
      /^--?(?:dry-?run|what-?if)$/u.test(name) && !/^(?:none|false|no|0)$/u.test(value?.text ?? ''),
  );

/** What looks like a space between an option and the next word, and is none. A file's name may have one. */
const joinsWords =
  /^-\w+[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000][/~.-]|^[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000][/~-]/u;

/** A space or a letter that looks like another: what a person reads is not what runs. */
const misleads = (name: string): boolean =>
  /[\u00a0\u00ad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff]/u.test(name) ||
  (/[a-z]/iu.test(name) && /[\u0370-\u03ff\u0400-\u04ff]/u.test(name));
