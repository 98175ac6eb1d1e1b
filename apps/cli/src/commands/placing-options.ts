import { InvalidArgumentError, Option, type Command } from 'commander';

/** Options of every command that places work, as commander gives them. */
export interface PlacingOptions {
  os?: string;
  arch?: string;
  cap?: string[];
  cwd?: string;
  env?: string[];
  timeout?: number;
  priority?: number;
}

/** Options of the commands that place one command. */
export interface NodeOptions extends PlacingOptions {
  node?: string;
  autoRoute: boolean;
}

export function addNodeOptions(command: Command): Command {
  return addPlacingOptions(command)
    .option('--node <id>', 'run on this node, whatever its load')
    .option('--no-auto-route', 'run on this machine');
}

export function addPlacingOptions(command: Command): Command {
  return command
    .option('--os <os>', 'only a node with this operating system: linux, macos')
    .option('--arch <arch>', 'only a node with this architecture: x86_64, arm64')
    .addOption(new Option('--cap <capability>', 'only a node that has it (repeatable)').argParser(collect))
    .option('--cwd <folder>', 'working folder on the node: this one, with --node the home (~), unless given')
    .addOption(
      new Option('--env <name>', 'hand on this variable of the environment (repeatable)').argParser(collect),
    )
    .option(
      '--timeout <seconds>',
      'end it after this long; 0 for no limit (default: 300, or as the inventory says)',
      number,
    )
    .option('--priority <n>', 'order among those that wait; lower goes first (default: 5)', number);
}

function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It is no number.');
  return value;
}
