import { quote, quoteFolder } from '@cluster-execution/ssh-transport';
import type { Executor } from '../execution/executor.js';

/** What a node has of what a command needs. */
export interface Found {
  folder?: 'present' | 'absent';
  missingPrograms: readonly string[];
}

/** Answers "is this folder there, are these programs?" for one node, and remembers it for a while. */
export interface LookUp {
  find(folder: string | undefined, programs: readonly string[]): Promise<Found>;
}

const presentMs = 60_000;
/** Short: somebody may be installing it, or making the folder, right now. */
const absentMs = 3_000;

const folderKey = (folder: string) => `folder ${folder}`;
const programKey = (program: string) => `program ${program}`;

export function createLookUp(options: { executor: Executor; timeoutMs: number; now: () => number }): LookUp {
  const known = new Map<string, { present: boolean; until: number }>();
  const underWay = new Map<string, Promise<void>>();
  const { now } = options;

  const remember = (key: string, present: boolean) =>
    known.set(key, { present, until: now() + (present ? presentMs : absentMs) });
  const recall = (key: string): boolean | undefined => {
    const entry = known.get(key);
    return entry !== undefined && entry.until > now() ? entry.present : undefined;
  };

  async function learn(folder: string | undefined, programs: readonly string[]): Promise<void> {
    const said = await inTime(ask(options, folder, programs), options.timeoutMs);
    if (folder !== undefined) remember(folderKey(folder), said.has('folder'));
    for (const program of programs) remember(programKey(program), !said.has(`missing ${program}`));
  }

  /** Many commands at once mostly need the same: the node is asked once. */
  function learnOnce(folder: string | undefined, programs: readonly string[]): Promise<void> {
    const key = JSON.stringify([folder, programs]);
    const shared = underWay.get(key);
    if (shared !== undefined) return shared;
    const mine = learn(folder, programs).finally(() => underWay.delete(key));
    underWay.set(key, mine);
    return mine;
  }

  return {
    async find(given, programs) {
      const folder = given === '~' ? undefined : given;
      const unknownFolder =
        folder !== undefined && recall(folderKey(folder)) === undefined ? folder : undefined;
      const unknown = programs.filter((program) => recall(programKey(program)) === undefined);
      if (unknownFolder !== undefined || unknown.length > 0) await learnOnce(unknownFolder, unknown);
      return {
        ...(folder === undefined
          ? {}
          : { folder: recall(folderKey(folder)) === false ? ('absent' as const) : ('present' as const) }),
        missingPrograms: programs.filter((program) => recall(programKey(program)) === false),
      };
    },
  };
}

/** The limit of the command counts from its start; a node may be silent before. */
async function inTime<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(noAnswer()), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function noAnswer(): Error {
  return Object.assign(new Error('The node did not say what it has.'), { code: 'status-timed-out' });
}

/** The lines that the node prints: `folder` where it is there, `missing NAME` for each program that is not. */
async function ask(
  options: { executor: Executor; timeoutMs: number },
  folder: string | undefined,
  programs: readonly string[],
): Promise<ReadonlySet<string>> {
  const parts = programs.map(
    (program) => `command -v ${quote(program)} >/dev/null 2>&1 || echo ${quote(`missing ${program}`)}`,
  );
  if (folder !== undefined) parts.push(`cd -- ${quoteFolder(folder)} 2>/dev/null && echo folder`);
  const chunks: Buffer[] = [];
  const { exit } = await options.executor.execute({
    command: `${parts.join('\n')}\n:`,
    cwd: '/',
    timeoutMs: options.timeoutMs,
    onOutput: (stream, chunk) => void (stream === 'stdout' && chunks.push(chunk)),
  });
  if (exit.kind !== 'exited') throw noAnswer();
  return new Set(Buffer.concat(chunks).toString('utf8').split('\n'));
}
