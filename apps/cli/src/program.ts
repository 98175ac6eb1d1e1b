import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { addPlacingOptions, number } from './commands/run-request.js';
import { exitCodes } from './exit-code.js';
import { reportError } from './report-error.js';

/** Reads the command line and does what it says; the process's exit code. */
export async function runProgram(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = createProgram((code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(argv);
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage;
    return reportError(error);
  }
}

type Done = (code: number) => void;

/** The commands. Each loads its own code, so that none pays for the others. */
function createProgram(done: Done): Command {
  const program = new Command('cluster-router')
    .description('Run commands on the node of your cluster that suits them.')
    .version(ownVersion())
    .option('--config <file>', 'the inventory (default: ~/.config/cluster-execution/cluster.yaml)')
    .option('--json', 'print what the MCP tools answer, one object to a line')
    .enablePositionalOptions()
    .showHelpAfterError('(cluster-router --help tells more)')
    .exitOverride();
  addRunning(program, done);
  addTasks(program, done);
  addLooking(program, done);
  for (const command of allCommands(program)) {
    command.exitOverride().allowExcessArguments(false);
    if (command !== program)
      command.option('--json', 'print what the MCP tools answer').option('--config <file>', 'the inventory');
  }
  return program.action(() => {
    program.outputHelp();
    done(exitCodes.usage);
  });
}

function addRunning(program: Command, done: Done): void {
  addPlacingOptions(program.command('submit').argument('[command]', 'a shell command line'))
    .description('run a command where it suits best; exits as it does')
    .option('--script <file>', 'copy this file to the node and run it')
    .option('--detach', 'not there yet')
    .action(async (command: string | undefined, _options: object, self: Command) =>
      done(await (await import('./commands/submit.js')).submit(command, self.optsWithGlobals())),
    );
  addPlacingOptions(program.command('parallel').argument('<commands...>', 'shell command lines'))
    .description('run many at once, spread over the nodes')
    .option('--max-parallel <n>', 'at most this many at once', number)
    .option('--fail-fast', 'start no more after the first that does not succeed')
    .action(async (commands: string[], _options: object, self: Command) =>
      done(await (await import('./commands/parallel.js')).parallel(commands, self.optsWithGlobals())),
    );
  addPlacingOptions(program.command('plan').argument('<command>', 'a shell command line'))
    .description('say where it would run and why; nothing runs')
    .action(async (command: string, _options: object, self: Command) =>
      done(await (await import('./commands/plan.js')).plan(command, self.optsWithGlobals())),
    );
}

function addTasks(program: Command, done: Done): void {
  program
    .command('status')
    .argument('<task>')
    .description('the stored record of a task, as JSON')
    .action(async (task: string, _options: object, self: Command) =>
      done(await (await import('./commands/tasks.js')).status(task, self.optsWithGlobals())),
    );
  program
    .command('tasks')
    .description('the tasks on record, newest first')
    .option('--status <status>', 'only these')
    .option('--node <id>', 'only those of this node')
    .option('--limit <n>', 'at most this many', number)
    .action(async (_options: object, self: Command) =>
      done(await (await import('./commands/tasks.js')).tasks(self.optsWithGlobals())),
    );
  program
    .command('logs')
    .argument('<task>')
    .description('what a task printed')
    .option('-f, --follow', 'until it has ended')
    .option('--stderr', 'its standard error')
    .action(async (task: string, _options: object, self: Command) =>
      done(await (await import('./commands/tasks.js')).logs(task, self.optsWithGlobals())),
    );
  program
    .command('cancel')
    .argument('<task>')
    .description('end a task and all that it started')
    .action(async (task: string, _options: object, self: Command) =>
      done(await (await import('./commands/tasks.js')).cancel(task, self.optsWithGlobals())),
    );
  program
    .command('approve')
    .argument('<task>')
    .description('let a task run that waits for a person')
    .action(async (task: string, _options: object, self: Command) =>
      done(await (await import('./commands/approve.js')).approve(task, self.optsWithGlobals())),
    );
}

function addLooking(program: Command, done: Done): void {
  program
    .command('cluster-status')
    .description('the nodes, their load and their tasks')
    .action(async (_options: object, self: Command) =>
      done(await (await import('./commands/cluster-status.js')).clusterStatus(self.optsWithGlobals())),
    );
  program
    .command('ssh')
    .argument('<node>')
    .argument('[command...]')
    .description('open a shell on a node with your own ssh')
    .passThroughOptions()
    .action(async (node: string, rest: string[], _options: object, self: Command) =>
      done(await (await import('./commands/ssh.js')).ssh(node, rest, self.optsWithGlobals())),
    );
  const policy = program.command('policy').description('what the policy says of a command; nothing runs');
  policy
    .command('check')
    .argument('[command]')
    .description('verdict and route')
    .option('--stdin', 'read lines {"command": "…"}')
    .option('--cwd <folder>', 'as if run in this folder')
    .option('--home <folder>', 'as if this were the home')
    .action(async (command: string | undefined, _options: object, self: Command) =>
      done(await (await import('./commands/policy.js')).policyCheck(command, self.optsWithGlobals())),
    );
  policy
    .command('explain')
    .argument('<command>')
    .description('each finding with its place in the text')
    .action(async (command: string, _options: object, self: Command) =>
      done(await (await import('./commands/policy.js')).policyExplain(command, self.optsWithGlobals())),
    );
  program
    .command('doctor')
    .description('what is set and from where, and whether every node runs commands')
    .action(async (_options: object, self: Command) =>
      done(await (await import('./commands/doctor.js')).doctor(self.optsWithGlobals())),
    );
  program
    .command('demo')
    .description('the main job on three nodes of its own')
    .option('--engine <engine>', 'auto, sshd or embedded', 'auto')
    .action(async (_options: object, self: Command) =>
      done(await (await import('./commands/demo.js')).demo(self.optsWithGlobals())),
    );
}

function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allCommands)];
}

function ownVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
