/** One thing that is wrong with a configuration. */
export interface ConfigurationProblem {
  /** The file it stands in; absent where a variable or flag is at fault. */
  readonly file?: string;
  /** Counted from 1. */
  readonly line?: number;
  /** The environment variable or flag at fault. */
  readonly name?: string;
  /** The setting's full name, such as `timeouts.commandSeconds` or `nodes.builder-1.host`; '' for the whole file. */
  readonly key: string;
  /** What is wrong, and often what was meant, without the place. */
  readonly message: string;
}

export type ConfigurationErrorCode =
  'configuration-invalid' | 'configuration-missing' | 'configuration-unreadable';

/** A configuration that cannot be used. It holds every problem that was found, not the first alone. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';

  constructor(
    readonly code: ConfigurationErrorCode,
    readonly problems: readonly ConfigurationProblem[],
    options?: { readonly cause?: unknown },
  ) {
    super(summary(problems), options);
  }
}

function summary(problems: readonly ConfigurationProblem[]): string {
  const [first] = problems;
  if (first !== undefined && problems.length === 1) return describeProblem(first);
  const lines = problems.map((problem) => `\n  ${describeProblem(problem)}`);
  return `The configuration has ${problems.length} problems:${lines.join('')}`;
}

/** A problem on one line: `cluster.yaml:12: nodes.n1.port: must be …`. */
export function describeProblem({ file, line, name, key, message }: ConfigurationProblem): string {
  const place = line === undefined ? file : `${file}:${line}`;
  return [place, name, name === undefined && key !== '' ? key : undefined, message]
    .filter((part) => part !== undefined)
    .join(': ');
}
