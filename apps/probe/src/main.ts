#!/usr/bin/env node
import { takeSnapshot } from '@cluster-execution/metrics-probe';
import { readFileSync } from 'node:fs';
import { help, readCommandLine, type CommandLine } from './command-line.js';
import { watch } from './watch.js';

const wrongUsage = 2;

async function run(commandLine: CommandLine, signal: AbortSignal): Promise<number> {
  if (commandLine.kind === 'wrong') {
    process.stderr.write(`cluster-probe: ${commandLine.message} Try cluster-probe --help.\n`);
    return wrongUsage;
  }
  if (commandLine.kind === 'once') await writeLine(JSON.stringify(await takeSnapshot()));
  if (commandLine.kind === 'watch') await watch(commandLine.seconds, writeLine, signal);
  if (commandLine.kind === 'help') await write(help);
  if (commandLine.kind === 'version') await writeLine(ownVersion());
  return 0;
}

const writeLine = (line: string) => write(`${line}\n`);

function write(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
}

function ownVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

function isClosedPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE';
}

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // A second signal ends the process at once, should something hang.
  process.once(signal, () => interrupted.abort());
}
// The rejected write says the same; without a listener the stream's own event would end the process loudly.
process.stdout.on('error', (error) => interrupted.abort(error));

let exitCode: number;
try {
  exitCode = await run(readCommandLine(process.argv.slice(2)), interrupted.signal);
} catch (error) {
  // A reader that has seen enough (`| head -1`) is no failure.
  exitCode = isClosedPipe(error) ? 0 : 1;
  if (exitCode !== 0) {
    process.stderr.write(`cluster-probe: ${error instanceof Error ? error.message : String(error)}\n`);
  }
}
// Not left to the event loop: a file system that hangs keeps a thread, and must not keep the process.
process.exit(exitCode);
