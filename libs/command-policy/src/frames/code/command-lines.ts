import type { CodeAction, Language } from './action.js';

/** Languages in which a line may be a command by itself: `!cmd` in editors, `e cmd` in sed. */
export function commandLines(language: Language, code: string): CodeAction[] {
  if (language === 'editor') {
    const found = /^\s*:?(?:silent!?\s+)?(?:\d+|%)?(?:r\s*)?(?:!|shell\s+|system\s+|spawn\s+)(.+)$/mu.exec(
      code,
    );
    return found === null ? [] : [{ kind: 'text', text: (found[1] ?? '').replace(/;.*$/u, '') }];
  }
  if (language === 'other') {
    const found = /(?:^|[;{[])\s*exec\s+([^"'\n;\]]+)/mu.exec(code);
    return found === null ? [] : [{ kind: 'text', text: found[1] ?? '' }];
  }
  if (language !== 'sed') return [];
  const direct = /(?:^|[;{])\s*(?:\d+|\$|\/[^/]*\/)?\s*\{?\s*e\s+(.+)$/mu.exec(code);
  const replaced = /^\s*\d*s(.)(?:\\.|(?!\1)[^\\])*\1((?:\\.|(?!\1)[^\\])*)\1\w*e\w*\s*$/u.exec(code);
  return [direct?.[1], replaced?.[2]?.replaceAll(/\\(.)/gu, '$1')].flatMap((text) =>
    text === undefined ? [] : [{ kind: 'text' as const, text }],
  );
}
