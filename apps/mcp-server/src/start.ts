import { readFileSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { join } from 'node:path';
import { help, readCommandLine } from './command-line.js';
import { saveMemory } from './memory.js';

const wrongUsage = 2;

/** What the command line asks for: help, the version, or to serve. */
export async function start(args: readonly string[]): Promise<void> {
  const commandLine = readCommandLine(args);
  switch (commandLine.kind) {
    case 'wrong':
      process.stderr.write(
        `cluster-execution-mcp: ${commandLine.message} Try cluster-execution-mcp --help.\n`,
      );
      process.exitCode = wrongUsage;
      return;
    case 'help':
      process.stdout.write(help);
      return;
    case 'version':
      process.stdout.write(`${ownVersion()}\n`);
      return;
    case 'serve': {
      keepCompiledCode();
      saveMemory();
      const { serve } = await import('./serve.js');
      await serve({
        version: ownVersion(),
        ...(commandLine.config === undefined ? {} : { config: commandLine.config }),
      });
    }
  }
}

function ownVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** What is loaded from here on starts faster the next time. In the user's own folder: others may write to /tmp. */
function keepCompiledCode(): void {
  const { HOME: home, XDG_CACHE_HOME: cache } = process.env;
  const base = cache === undefined || cache === '' ? home && join(home, '.cache') : cache;
  if (base !== undefined && base !== '')
    nodeModule.enableCompileCache(join(base, 'cluster-execution', 'compiled'));
}
