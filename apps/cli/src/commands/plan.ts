import { Command } from 'commander';
import type { CreateCommand } from './command.js';
import { addNodeOptions } from './placing-options.js';

export const plan: CreateCommand = (done) =>
  addNodeOptions(new Command('plan').argument('<command>', 'a shell command line'))
    .description('say where it would run and why; nothing runs')
    .action(async (command: string, _options: object, self: Command) =>
      done(await (await import('../actions/plan.js')).plan(command, self.optsWithGlobals())),
    );
