export interface Target {
  /** What the limit is about: ours over theirs, or our figure alone. */
  of: 'ratio' | 'ours';
  atMost?: number;
  atLeast?: number;
}

/** One line of the report. Only ratios compare between machines and days. */
export interface Row {
  name: string;
  unit: string;
  ours: number;
  /** What a user would run instead. */
  against?: string;
  theirs?: number;
  ratio?: number;
  target?: Target;
  met?: boolean;
  note?: string;
}

interface Described {
  name: string;
  unit: string;
  ours: number;
  note?: string;
  atMost?: number;
  atLeast?: number;
}

/** Ours beside theirs; a limit is one of their ratio. */
export function compared(figures: Described & { against: string; theirs: number }): Row {
  const { atMost, atLeast, ...shown } = figures;
  const ratio = figures.ours / figures.theirs;
  return { ...shown, ratio, ...verdict('ratio', ratio, atMost, atLeast) };
}

/** Ours alone; a limit is one of the figure itself. */
export function measured(figures: Described): Row {
  const { atMost, atLeast, ...shown } = figures;
  return { ...shown, ...verdict('ours', figures.ours, atMost, atLeast) };
}

function verdict(
  of: Target['of'],
  value: number,
  atMost: number | undefined,
  atLeast: number | undefined,
): Pick<Row, 'target' | 'met'> {
  if (atMost === undefined && atLeast === undefined) return {};
  return {
    target: {
      of,
      ...(atMost === undefined ? {} : { atMost }),
      ...(atLeast === undefined ? {} : { atLeast }),
    },
    met: value <= (atMost ?? Infinity) && value >= (atLeast ?? -Infinity),
  };
}
