const levels = ['debug', 'info', 'warning', 'error'] as const;
export type Level = (typeof levels)[number];

/** Writes lines of JSON: `{ time, level, message }` and more fields. What is below `level` is left out. */
export interface Log {
  level: Level;
  write(level: Level, message: string, fields?: Readonly<Record<string, unknown>>): void;
}

export function createLog(print: (line: string) => void, now: () => Date): Log {
  const log: Log = {
    level: 'info',
    write(level, message, fields = {}) {
      if (levels.indexOf(level) < levels.indexOf(log.level)) return;
      print(`${JSON.stringify({ time: now().toISOString(), level, message, ...fields })}\n`);
    },
  };
  return log;
}

/** What there is to say of something that was thrown. */
export function describeError(error: unknown): { message: string; code?: string } {
  if (!(error instanceof Error)) return { message: String(error) };
  return {
    message: error.message,
    ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
  };
}
