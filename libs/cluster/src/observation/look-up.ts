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

export function createLookUp(options: { executor: Executor; timeoutMs: number; now: () => number }): LookUp {
  const known = new Map<string, { present: boolean; until: number }>();
  const { now } = options;

  const remember = (key: string, present: boolean) =>
    known.set(key, { present, until: now() + (present ? presentMs : absentMs) });
  const recall = (key: string): boolean | undefined => {
    const entry = known.get(key);
    return entry !== undefined && entry.until > now() ? entry.present : undefined;
  };

  return {
    async find(folder, programs) {
      const folderKey = folder === undefined || folder === '~' ? undefined : `folder ${folder}`;
      const askFolder = folderKey !== undefined && recall(folderKey) === undefined;
      const askPrograms = programs.filter((program) => recall(`program ${program}`) === undefined);
      if (askFolder || askPrograms.length > 0) {
        const said = await inTime(
          ask(options, askFolder ? folder : undefined, askPrograms),
          options.timeoutMs,
        );
        if (askFolder) remember(folderKey, said.has('folder'));
        for (const program of askPrograms) remember(`program ${program}`, !said.has(`missing ${program}`));
      }
      return {
        ...(folderKey === undefined ? {} : { folder: recall(folderKey) === false ? 'absent' : 'present' }),
        missingPrograms: programs.filter((program) => recall(`program ${program}`) === false),
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
