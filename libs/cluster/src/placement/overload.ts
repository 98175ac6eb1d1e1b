import type { NodeLoad, Thresholds } from './candidate.js';

export interface Overload {
  readonly overloaded: boolean;
  /** Every figure above its threshold: `load 9.1 > 4, memory 91 % > 80 %`. */
  readonly why?: string;
}

/** Strictly above a threshold. A figure that is not known overloads nothing. */
export function isOverloaded(load: NodeLoad | undefined, thresholds: Thresholds): Overload {
  const above = [
    exceeds('cpu', load?.cpuPercent, thresholds.cpuPercent, ' %'),
    exceeds('load', load?.load1m, thresholds.load, ''),
    exceeds('memory', load?.memoryPercent, thresholds.memoryPercent, ' %'),
  ].filter((figure) => figure !== undefined);
  return above.length > 0 ? { overloaded: true, why: above.join(', ') } : { overloaded: false };
}

function exceeds(name: string, figure: number | undefined, threshold: number, unit: string) {
  if (figure === undefined || !(figure > threshold)) return undefined;
  return `${name} ${shortened(figure, threshold)}${unit} > ${threshold}${unit}`;
}

/** Few digits, but never so few that the figure looks like its threshold. */
function shortened(figure: number, threshold: number): number {
  const rounded = Math.round(figure * 10) / 10;
  return rounded > threshold ? rounded : figure;
}
