/**
 * Does `text` match an OpenSSH pattern (`*` any run, `?` any one character)? Case counts.
 * Linear in memory and at worst quadratic in time: a pattern of many `*` cannot stall it.
 */
export function matchesPattern(text: string, pattern: string): boolean {
  let textAt = 0;
  let patternAt = 0;
  let star = -1;
  let starText = 0;
  while (textAt < text.length) {
    const wanted = pattern[patternAt];
    if (wanted === '*') {
      star = patternAt++;
      starText = textAt;
    } else if (wanted === '?' || (wanted !== undefined && wanted === text[textAt])) {
      patternAt++;
      textAt++;
    } else if (star !== -1) {
      // The last `*` takes one character more; what came before it stays matched.
      patternAt = star + 1;
      textAt = ++starText;
    } else {
      return false;
    }
  }
  while (pattern[patternAt] === '*') patternAt++;
  return patternAt === pattern.length;
}

/** Words of a `Host` line: one must match, and no word with `!` before it may. */
export function matchesHostLine(host: string, patterns: readonly string[]): boolean {
  let matched = false;
  for (const pattern of patterns) {
    if (pattern.startsWith('!')) {
      if (matchesPattern(host, pattern.slice(1))) return false;
    } else if (matchesPattern(host, pattern)) {
      matched = true;
    }
  }
  return matched;
}

/** A comma-separated pattern list, with `!` for negation: a negated match wins over all others. */
export function matchesPatternList(text: string, list: string): boolean {
  return matchesHostLine(text, list.split(','));
}
