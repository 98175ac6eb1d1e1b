import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import type { Question } from '@cluster-execution/cluster';

/**
 * Asks the person at the terminal, past all redirections. `unavailable` where there is no terminal.
 */
export async function askAtTerminal(
  question: Question,
  signal?: AbortSignal,
): Promise<'yes' | 'no' | 'unavailable'> {
  const terminal = await openTerminal();
  if (terminal === undefined) return 'unavailable';
  const input = terminal.createReadStream({ autoClose: false });
  const output = terminal.createWriteStream({ autoClose: false });
  const lines = createInterface({ input, output });
  try {
    output.write(`${describe(question)}\n`);
    const answer = await lines.question('Run it? [y/N] ', signal === undefined ? {} : { signal });
    return /^y(es)?$/i.test(answer.trim()) ? 'yes' : 'no';
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') return 'no';
    throw error;
  } finally {
    lines.close();
    input.destroy();
    output.destroy();
    await terminal.close();
  }
}

async function openTerminal() {
  try {
    return await open('/dev/tty', 'r+');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENXIO' || code === 'ENOENT' || code === 'ENOTTY' || code === 'EACCES') return undefined;
    throw error;
  }
}

function describe({ command, node, findings }: Question): string {
  const reasons = findings.map(
    ({ message, suggestion }) => `  - ${message}${suggestion === undefined ? '' : ` (${suggestion})`}`,
  );
  return [
    'The policy asks before this runs:',
    '',
    `  ${command}`,
    '',
    `on ${node ?? 'a node yet to be chosen'}, because:`,
    ...reasons,
  ].join('\n');
}
