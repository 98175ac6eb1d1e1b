/**
 * `top -l 2 -n 0 -s 1` on macOS prints two samples, each with a line
 * `CPU usage: 3.36% user, 3.84% sys, 92.78% idle`. Only the second covers the second between the two.
 */
export function parseTopBusyPercent(text: string): number | undefined {
  const idle = [...text.matchAll(/^CPU usage: .*?(\d+(?:\.\d+)?)% idle/gm)].map((match) => Number(match[1]));
  const second = idle[1];
  return second === undefined ? undefined : Math.min(100, Math.max(0, Math.round((100 - second) * 10) / 10));
}
