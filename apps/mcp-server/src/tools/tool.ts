import type { Cluster, Question } from '@cluster-execution/cluster';
import type { z } from 'zod';

/** What a tool may use besides its arguments. */
export interface Call {
  cluster: Cluster;
  /** Aborted where the client cancels the call. */
  signal: AbortSignal;
  /** Absent where the client did not ask for progress. */
  progress?: (message: string) => void;
  /** Asks the person in front of the client; absent where the client cannot. */
  ask?: (question: Question, signal: AbortSignal) => Promise<'yes' | 'no' | 'unavailable'>;
}

export interface Answer {
  /** A JSON object that the tool's output shape describes. */
  content: object;
  isError: boolean;
}

/** What was wrong with a call, as every tool says it. */
export interface Problem {
  error: string;
  error_code: string;
  hint?: string;
}

/** One tool; it knows nothing of the protocol that it is called over. */
export interface Tool {
  name: string;
  title: string;
  /** Tells an agent when to use it; may list what there is in this cluster. */
  description: string | ((cluster: Cluster) => string);
  /** The arguments, field by field; no others are taken. */
  inputShape: z.ZodRawShape;
  /** What every answer has, error answers too. Fields may be added later, so it is open. */
  outputShape: z.ZodRawShape;
  annotations: {
    readOnlyHint: boolean;
    destructiveHint: boolean;
    idempotentHint: boolean;
    openWorldHint: boolean;
  };
  /** `args` have been checked against the input shape, and are as the caller gave them. Rejects for faults of our own alone. */
  handle(args: Record<string, unknown>, call: Call): Promise<Answer>;
  /** Its answer where the call itself was wrong; by default the problem with `status: invalid`. */
  refuse?(args: unknown, problem: Problem): object;
}

/** The tool may change anything that a shell can change. */
export const runsCommands = {
  readOnlyHint: false,
  destructiveHint: true,
  idempotentHint: false,
  openWorldHint: true,
} as const;

export const onlyLooks = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
} as const;
