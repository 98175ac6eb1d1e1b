import { createContext, Script } from 'node:vm';
import { z } from 'zod';
import { wholeEnd, wholeStart } from './execution/capture.js';
import type { Context } from './context.js';
import { checked } from './request.js';
import { isTerminal, type Status } from './tasks/states.js';

export const outputFields = {
  task_id: z.string().min(1).describe('Id from a result.'),
  stream: z.enum(['stdout', 'stderr']).default('stdout'),
  offset: z.number().int().min(0).default(0).describe('First byte.'),
  limit: z.number().int().min(1).max(262_144).default(20_000).describe('Most bytes to give back.'),
  grep: z
    .string()
    .min(1)
    .max(1_000)
    .optional()
    .describe('Only lines that match this regular expression, each after its byte offset and a colon.'),
  wait_seconds: z.number().min(0).max(600).default(0).describe('Wait this long for more output or the end.'),
};

const schema = z.strictObject(outputFields);
type Request = z.infer<typeof schema>;

/** A page of what a task printed. Offsets count bytes. */
export interface TaskOutput {
  task_id: string;
  status: Status;
  return_code?: number;
  stream: 'stdout' | 'stderr';
  offset: number;
  data: string;
  encoding: 'utf8' | 'base64';
  next_offset: number;
  total_bytes: number;
  /** The task has ended and this page reaches the end. */
  eof: boolean;
}

export interface TaskError {
  error: string;
  error_code: string;
  hint?: string;
}

export async function readOutput(
  context: Context,
  input: unknown,
  signal?: AbortSignal,
): Promise<TaskOutput | TaskError> {
  const parsed = checked(schema, input);
  if (!parsed.ok) return invalidArguments(parsed.error);
  const request = parsed.value;
  if (context.store.get(request.task_id) === undefined) return unknownTask(request.task_id);
  if (request.wait_seconds > 0) await more(context, request, signal);
  return page(context, request);
}

export function invalidArguments(error: string): TaskError {
  return { error, error_code: 'invalid-arguments', hint: 'See the tool’s input schema.' };
}

export function unknownTask(id: string): TaskError {
  return {
    error: `There is no task "${id}".`,
    error_code: 'unknown-task',
    hint: 'task_list shows the tasks there are.',
  };
}

async function page(context: Context, request: Request): Promise<TaskOutput | TaskError> {
  // The state first: what was written until the end is then surely in the file.
  const task = context.store.get(request.task_id);
  if (task === undefined) return unknownTask(request.task_id);
  const { data, totalBytes } = await context.outputs.read(
    request.task_id,
    request.stream,
    request.offset,
    request.limit,
  );
  const ended = isTerminal(task.status);
  const atEnd = request.offset + data.length >= totalBytes;
  const shown =
    request.grep === undefined
      ? plain(data, request.offset, atEnd && ended)
      : matching(data, request.offset, request.grep, atEnd && ended);
  if ('error' in shown) return shown;
  const next = request.offset + shown.used;
  return {
    task_id: task.id,
    status: task.status,
    ...(task.exitCode === undefined ? {} : { return_code: task.exitCode }),
    stream: request.stream,
    offset: request.offset,
    data: shown.data,
    encoding: shown.encoding,
    next_offset: next,
    total_bytes: totalBytes,
    eof: ended && next >= totalBytes,
  };
}

interface Shown {
  data: string;
  encoding: 'utf8' | 'base64';
  used: number;
}

function plain(data: Buffer, offset: number, last: boolean): Shown {
  const whole = last ? data : wholeEnd(data);
  // A page of less than a character: give it all, or the reader never gets on.
  const bytes = whole.length === 0 ? data : whole;
  const start = offset === 0 ? bytes : wholeStart(bytes);
  if (isUtf8(start)) return { data: start.toString('utf8'), encoding: 'utf8', used: bytes.length };
  return { data: bytes.toString('base64'), encoding: 'base64', used: bytes.length };
}

function isUtf8(bytes: Buffer): boolean {
  return Buffer.from(bytes.toString('utf8'), 'utf8').equals(bytes);
}

/** Stops a pattern that backtracks for ever. */
const patternTimeoutMs = 2_000;

function matching(data: Buffer, offset: number, pattern: string, last: boolean): Shown | TaskError {
  // Only whole lines, but for the last one; a line longer than the page counts as one.
  const end = last ? data.length : data.lastIndexOf(0x0a) + 1 || data.length;
  const lines: { at: number; text: string }[] = [];
  for (let at = 0; at < end;) {
    const newline = data.indexOf(0x0a, at);
    const stop = newline === -1 || newline >= end ? end : newline;
    lines.push({ at: offset + at, text: data.toString('utf8', at, stop) });
    at = stop + 1;
  }
  try {
    const sandbox = createContext({ lines: lines.map(({ text }) => text), pattern });
    const script = new Script('const r = new RegExp(pattern); lines.map((line) => r.test(line))');
    const hits = script.runInContext(sandbox, { timeout: patternTimeoutMs }) as boolean[];
    const found = lines.filter((_, index) => hits[index]);
    return { data: found.map(({ at, text }) => `${at}:${text}\n`).join(''), encoding: 'utf8', used: end };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return {
      error: `grep: ${message}`,
      error_code: 'invalid-arguments',
      hint: 'grep takes a JavaScript regular expression.',
    };
  }
}

/** Until there is something beyond the page's start, or the task has ended, or the time is up. */
function more(context: Context, request: Request, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    let looking = false;
    const finish = () => {
      clearTimeout(timer);
      clearInterval(poll);
      stop();
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const look = async () => {
      const task = context.store.get(request.task_id);
      if (task === undefined || isTerminal(task.status)) return finish();
      const { totalBytes } = await context.outputs.read(request.task_id, request.stream, request.offset, 1);
      return totalBytes > request.offset ? finish() : undefined;
    };
    const again = () => {
      if (looking) return;
      looking = true;
      look().then(() => (looking = false), reject);
    };
    const timer = setTimeout(finish, request.wait_seconds * 1_000);
    const poll = setInterval(again, 200);
    const stop = context.wake.onWake(again);
    signal?.addEventListener('abort', finish, { once: true });
    again();
  });
}
