import type { CodeAction, Language } from './action.js';

/** Languages in which a line may be a command by itself: `!cmd` in editors, `e cmd` in sed. */
export function commandLines(language: Language, code: string): CodeAction[] {
  if (language === 'editor') {
    const found =
      /^[ \t]*:?(?:silent!?[ \t]+)?(?:\d+|%)?(?:r[ \t]*)?(?:!|shell[ \t]+|system[ \t]+|spawn[ \t]+)(.+)$/mu.exec(
        code,
      );
    return found === null ? [] : [{ kind: 'text', text: (found[1] ?? '').replace(/;.*$/u, '') }];
  }
  if (language === 'other') {
    const found = /(?:^|[;{[])[ \t]*exec[ \t]+([^"'\n;\]]+)/mu.exec(code);
    return found === null ? [] : [{ kind: 'text', text: found[1] ?? '' }];
  }
  if (language !== 'sed') return [];
  const flat = code.replaceAll(/[ \t]+/gu, ' ');
  const direct = /(?:^|[;{]) ?(?:\d+|\$|\/[^/\n]{0,200}\/)? ?\{? ?e(?: |(?=[a-z/]+ ))(.+)$/mu.exec(flat);
  const replaced = /^\s*\d*s(.)(?:\\.|(?!\1)[^\\])*\1((?:\\.|(?!\1)[^\\])*)\1\w*e\w*\s*$/u.exec(code);
  const written = /(?:^|[;{ ]|\/[gpiIm0-9]*)w (\/[^\n;}]+)/mu.exec(flat)?.[1];
  const writes: CodeAction[] =
    written === undefined ? [] : [{ kind: 'words', words: ['tee', written.trim()] }];
  return [
    ...writes,
    ...[direct?.[1], replaced?.[2]?.replaceAll(/\\(.)/gu, '$1')].flatMap((text) =>
      text === undefined ? [] : [{ kind: 'text' as const, text }],
    ),
  ];
}
