import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { exitCodes } from './answers/exit-code.js';
import { reportError } from './answers/report-error.js';
import { commands } from './commands/all-commands.js';
import type { Done } from './commands/command.js';
import type { CommonOptions } from './session.js';
import { endOnFailure } from './terminal/streams.js';

/** Reads the command line and does what it says; the process's exit code. */
export async function runProgram(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  let json = false;
  for (const stream of [process.stdout, process.stderr]) stream.on('error', endOnFailure);
  const program = createProgram((code) => {
    exitCode = code;
  });
  program.hook('preAction', (_program, command) => {
    json = command.optsWithGlobals<CommonOptions>().json === true;
  });
  try {
    await program.parseAsync(argv);
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage;
    return reportError(error, json);
  }
}

function createProgram(done: Done): Command {
  const program = new Command('cluster-router')
    .description('Run commands on the node of your cluster that suits them.')
    .version(ownVersion())
    .enablePositionalOptions();
  for (const create of commands) program.addCommand(create(done));
  for (const command of allCommands(program)) {
    command
      .option('--config <file>', 'the inventory (default: ~/.config/cluster-execution/cluster.yaml)')
      .option('--json', 'print what the MCP tools answer, one object to a line')
      .showHelpAfterError(`(${nameOf(command)} --help tells more)`)
      .allowExcessArguments(false)
      .exitOverride();
  }
  return program;
}

/** As it is called: `cluster-router policy check`. */
function nameOf(command: Command): string {
  return command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;
}

function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allCommands)];
}

function ownVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
