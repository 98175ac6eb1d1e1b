/** Orders names as people do: n2 before n10. Total: only equal texts compare as 0. */
export function naturalOrder(a: string, b: string): number {
  const left = tokens(a);
  const right = tokens(b);
  for (const [index, token] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    const order = compareTokens(token, other);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

/** Runs of digits and runs of anything else, in turn. */
export function tokens(name: string): string[] {
  return name.match(/\d+|\D+/g) ?? [];
}

function compareTokens(a: string, b: string): number {
  if (!/^\d/.test(a) || !/^\d/.test(b)) return compareText(a, b);
  const left = a.replace(/^0+/, '');
  const right = b.replace(/^0+/, '');
  // Digits of one length compare as text does, whatever their number; then the padded ones come last.
  return left.length - right.length || compareText(left, right) || a.length - b.length;
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
