import { Command } from 'commander';
import type { CreateCommand } from './command.js';

export const approve: CreateCommand = (done) =>
  new Command('approve')
    .argument('<task>')
    .description('let a task run that waits for a person')
    .action(async (task: string, _options: object, self: Command) =>
      done(await (await import('../actions/approve.js')).approve(task, self.optsWithGlobals())),
    );
