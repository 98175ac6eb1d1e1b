import { closeSync, openSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { ReadStream, WriteStream } from 'node:tty';
import type { Question } from '@cluster-execution/cluster';
import { visible } from './visible.js';

/**
 * Asks the person at the terminal, past all redirections. `unavailable` where there is no terminal, `interrupted` where
 * they pressed Ctrl-C in place of an answer, or `signal` came.
 */
export async function askAtTerminal(
  question: Pick<Question, 'command' | 'node' | 'findings'>,
  signal?: AbortSignal,
): Promise<'yes' | 'no' | 'unavailable' | 'interrupted'> {
  const terminal = openTerminal();
  if (terminal === undefined) return 'unavailable';
  const lines = createInterface(terminal);
  try {
    terminal.output.write(`${describe(question)}\n`);
    const answer = await lines.question('Run it? [y/N] ', signal === undefined ? {} : { signal });
    return /^y(es)?$/i.test(answer.trim()) ? 'yes' : 'no';
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') return 'interrupted';
    throw error;
  } finally {
    lines.close();
    terminal.input.destroy();
    terminal.output.destroy();
  }
}

/** Asks what others must not read: what is typed is shown only with `echo`. Kept nowhere. */
export async function askSecretAtTerminal(
  text: string,
  echo: boolean,
  signal: AbortSignal,
): Promise<{ answer: string } | 'unavailable' | 'interrupted'> {
  const terminal = openTerminal();
  if (terminal === undefined) return 'unavailable';
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const output = echo ? terminal.output : nowhere;
  const lines = createInterface({ input: terminal.input, output, terminal: true, historySize: 0 });
  try {
    terminal.output.write(visible(text));
    const answer = await lines.question('', { signal });
    return { answer };
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError')
      return signal.aborted ? 'unavailable' : 'interrupted';
    throw error;
  } finally {
    lines.close();
    if (!echo) terminal.output.write('\n');
    terminal.input.destroy();
    terminal.output.destroy();
  }
}

/** As terminals, not as files: a read of a file that nobody answers could not be given up. */
function openTerminal(): { input: ReadStream; output: WriteStream } | undefined {
  const reading = openDevice('r');
  if (reading === undefined) return undefined;
  const writing = openDevice('w');
  if (writing !== undefined) return { input: new ReadStream(reading), output: new WriteStream(writing) };
  closeSync(reading);
  return undefined;
}

function openDevice(flags: 'r' | 'w'): number | undefined {
  try {
    return openSync('/dev/tty', flags);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENXIO' || code === 'ENOENT' || code === 'ENOTTY' || code === 'EACCES') return undefined;
    throw error;
  }
}

function describe({ command, node, findings }: Pick<Question, 'command' | 'node' | 'findings'>): string {
  const reasons = findings.map(
    ({ message, suggestion }) => `  - ${message}${suggestion === undefined ? '' : ` (${suggestion})`}`,
  );
  return visible(
    [
      'The policy asks before this runs:',
      '',
      ...command.split('\n').map((line) => `  ${line}`),
      '',
      `on ${node ?? 'a node yet to be chosen'}, because:`,
      ...reasons,
    ].join('\n'),
  );
}
