import { createContext, Script } from 'node:vm';
import { z } from 'zod';
import { invalidArguments, unknownTask, type TaskError } from '../answers/task-error.js';
import { wholeEnd, wholeStart } from '../execution/capture.js';
import { checked } from '../request/request.js';
import { isTerminal, type Status } from '../tasks/states.js';
import type { Context } from '../wiring/context.js';

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

type OutputContext = Pick<Context, 'store' | 'outputs' | 'wake'>;

export async function readOutput(
  context: OutputContext,
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

async function page(context: OutputContext, request: Request): Promise<TaskOutput | TaskError> {
  // The state first: what was written until the end is then surely in the file.
  const task = context.store.get(request.task_id);
  if (task === undefined) return unknownTask(request.task_id);
  const { before, data, totalBytes } = await readAround(context, request);
  const ended = isTerminal(task.status);
  const atEnd = request.offset + data.length >= totalBytes;
  const shown =
    request.grep === undefined
      ? plain(data, before, atEnd, ended)
      : matching(data, request.offset, request.grep, atEnd, ended);
  if ('error' in shown) return shown;
  const next = request.offset + shown.used;
  return {
    task_id: task.id,
    status: task.status,
    ...(task.exitCode === undefined ? {} : { return_code: task.exitCode }),
    stream: request.stream,
    offset: request.offset + shown.skipped,
    data: shown.data,
    encoding: shown.encoding,
    next_offset: next,
    total_bytes: totalBytes,
    eof: ended && next >= totalBytes,
  };
}

/** No character of UTF-8 is longer (RFC 3629, 3). */
const longestCharacter = 4;

/** The page, with room for one whole character at least, and the bytes before it, for a character that began there. */
async function readAround(context: OutputContext, { task_id: taskId, stream, offset, limit }: Request) {
  const start = Math.max(0, offset - longestCharacter + 1);
  const length = offset - start + Math.max(limit, longestCharacter);
  const { data, totalBytes } = await context.outputs.read(taskId, stream, start, length);
  const rest = data.subarray(offset - start);
  return {
    before: data.subarray(0, offset - start),
    data: rest.length <= limit ? rest : cut(rest, limit),
    totalBytes,
  };
}

/** `limit` bytes, or the one character that is longer. */
function cut(data: Buffer, limit: number): Buffer {
  const page = data.subarray(0, limit);
  if (wholeEnd(page).length > 0) return page;
  for (let length = limit + 1; length <= data.length; length += 1) {
    if (isUtf8(data.subarray(0, length))) return data.subarray(0, length);
  }
  return page;
}

interface Shown {
  data: string;
  encoding: 'utf8' | 'base64';
  used: number;
  /** Bytes at the page's start that belong to a character which began before it. */
  skipped: number;
}

function plain(data: Buffer, before: Buffer, atEnd: boolean, ended: boolean): Shown {
  const whole = wholeEnd(data);
  // At the end of what there is, the rest of a character may yet come; elsewhere it is none.
  const bytes = atEnd ? (ended ? data : whole) : whole.length === 0 ? data : whole;
  const skipped = restOfCharacter(before, bytes);
  const shown = bytes.subarray(skipped);
  if (isUtf8(shown)) return { data: shown.toString('utf8'), encoding: 'utf8', used: bytes.length, skipped };
  return { data: bytes.toString('base64'), encoding: 'base64', used: bytes.length, skipped: 0 };
}

/** How many of the first bytes belong to a character that began in `before`; 0 where they are no UTF-8 at all. */
function restOfCharacter(before: Buffer, bytes: Buffer): number {
  const begun = before.subarray(wholeEnd(before).length);
  if (begun.length === 0) return 0;
  const continued = bytes.length - wholeStart(bytes).length;
  return isUtf8(Buffer.concat([begun, bytes.subarray(0, continued)])) ? continued : 0;
}

function isUtf8(bytes: Buffer): boolean {
  return Buffer.from(bytes.toString('utf8'), 'utf8').equals(bytes);
}

/** Stops a pattern that backtracks for ever. */
const patternTimeoutMs = 2_000;

function matching(
  data: Buffer,
  offset: number,
  pattern: string,
  atEnd: boolean,
  ended: boolean,
): Shown | TaskError {
  // Only whole lines, but for the last one; a line longer than the page counts as one.
  const wholeLines = data.lastIndexOf(0x0a) + 1;
  const end = atEnd ? (ended ? data.length : wholeLines) : wholeLines || data.length;
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
    return {
      data: found.map(({ at, text }) => `${at}:${text}\n`).join(''),
      encoding: 'utf8',
      used: end,
      skipped: 0,
    };
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
function more(context: OutputContext, request: Request, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    let looking = false;
    const leave = () => {
      clearTimeout(timer);
      clearInterval(poll);
      stop();
      signal?.removeEventListener('abort', finish);
    };
    const finish = () => {
      leave();
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
      look().then(
        () => (looking = false),
        (error: unknown) => {
          leave();
          reject(error);
        },
      );
    };
    const timer = setTimeout(finish, request.wait_seconds * 1_000);
    const poll = setInterval(again, 200);
    const stop = context.wake.onWake(again);
    signal?.addEventListener('abort', finish, { once: true });
    if (signal?.aborted === true) finish();
    else again();
  });
}
