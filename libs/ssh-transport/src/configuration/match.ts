import type { Draft, UnsupportedDirective } from './draft.js';
import { InvalidValue } from './error.js';
import { matchesPatternList } from './patterns.js';
import { expandTokens } from './tokens.js';
import { takeWord } from './words.js';

interface Condition {
  kind: string;
  negated: boolean;
  /** absent for `all`, `final` and `canonical` */
  list?: string;
}

/** Who is being resolved, for `Host` and `Match` lines. */
export interface Subject {
  /** the name given; in the final pass what HostName made of it */
  host: string;
  originalHost: string;
  localUser: string;
  final: boolean;
}

const WITHOUT_LIST = new Set(['all', 'final', 'canonical']);
const ANSWERED = new Set(['host', 'originalhost', 'user', 'localuser', 'tagged']);
/** Conditions we do not look into: a block that depends on one does not apply, and is reported. */
const UNANSWERED = new Set(['exec', 'localnetwork', 'version', 'sessiontype', 'command']);

/** @throws InvalidValue where ssh refuses the line */
export function parseMatch(text: string): Condition[] {
  const conditions: Condition[] = [];
  let rest = text;
  while (rest !== '' && !rest.startsWith('#')) {
    const attribute = takeWord(rest);
    const negated = attribute.word.startsWith('!');
    const kind = (negated ? attribute.word.slice(1) : attribute.word).toLowerCase();
    rest = attribute.rest;
    if (WITHOUT_LIST.has(kind)) {
      conditions.push({ kind, negated });
    } else if (ANSWERED.has(kind) || UNANSWERED.has(kind)) {
      if (rest === '' || rest.startsWith('#')) throw new InvalidValue(`Match ${kind} lacks its argument`);
      const argument = takeWord(rest);
      rest = argument.rest;
      conditions.push({ kind, negated, list: argument.word });
    } else {
      throw new InvalidValue(`unsupported Match attribute '${attribute.word}'`);
    }
  }
  checkAll(conditions);
  return conditions;
}

/** `all` comes last, behind one other condition at most. */
function checkAll(conditions: readonly Condition[]): void {
  if (conditions.length === 0) throw new InvalidValue('one or more attributes are required for Match');
  const at = conditions.findIndex(({ kind }) => kind === 'all');
  if (at !== -1 && (at !== conditions.length - 1 || at > 1)) {
    throw new InvalidValue("'all' cannot be combined with other Match attributes");
  }
}

export function wantsFinalPass(conditions: readonly Condition[]): boolean {
  return conditions.some(({ kind }) => kind === 'final');
}

export function matches(
  conditions: readonly Condition[],
  subject: Subject,
  draft: Draft,
  place: UnsupportedDirective,
): boolean {
  for (const condition of conditions) {
    const answer = answerCondition(condition, subject, draft);
    if (answer === undefined) {
      draft.unanswered.push({ ...place, keyword: `Match ${condition.kind}` });
      return false;
    }
    if (answer === condition.negated) return false;
  }
  return true;
}

function answerCondition({ kind, list }: Condition, subject: Subject, draft: Draft): boolean | undefined {
  if (kind === 'all') return true;
  if (list === undefined) return subject.final;
  switch (kind) {
    case 'host':
      return matchesPatternList(currentHost(subject, draft).toLowerCase(), list.toLowerCase());
    case 'originalhost':
      return matchesPatternList(subject.originalHost.toLowerCase(), list.toLowerCase());
    case 'user':
      return matchesPatternList(draft.user ?? subject.localUser, list);
    case 'localuser':
      return matchesPatternList(subject.localUser, list);
    case 'tagged':
      return matchesPatternList(draft.tag ?? '', list);
    default:
      return undefined;
  }
}

function currentHost(subject: Subject, draft: Draft): string {
  if (subject.final || draft.hostName === undefined) return subject.host;
  return expandTokens(draft.hostName.value, { h: subject.originalHost });
}
