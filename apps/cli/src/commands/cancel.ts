import { Command } from 'commander';
import type { CreateCommand } from './command.js';

export const cancel: CreateCommand = (done) =>
  new Command('cancel')
    .argument('<task>')
    .description('end a task and all that it started')
    .action(async (task: string, _options: object, self: Command) =>
      done(await (await import('../actions/cancel.js')).cancel(task, self.optsWithGlobals())),
    );
