/** Crockford's base 32 in lower case: no i, l, o, u; sorts as the numbers do. */
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';

const TIME_DIGITS = 9;
const RANDOM_BYTES = 5;

/**
 * `t_` + time in milliseconds (9 digits, good until the year 3084) + 40 random bits (8 digits): ids sort by time and
 * cannot be guessed from one another.
 *
 * @param random gives that many random bytes
 */
export function createTaskId(nowMs: number, random: (byteCount: number) => Uint8Array): string {
  let noise = 0;
  for (const byte of random(RANDOM_BYTES)) noise = noise * 256 + byte;
  return `t_${base32(nowMs, TIME_DIGITS)}${base32(noise, 8)}`;
}

function base32(value: number, digits: number): string {
  let text = '';
  let rest = Math.floor(value);
  while (text.length < digits) {
    text = DIGITS.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}
