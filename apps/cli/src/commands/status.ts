import { Command } from 'commander';
import type { CreateCommand } from './command.js';

export const status: CreateCommand = (done) =>
  new Command('status')
    .argument('<task>')
    .description('the stored record of a task, as JSON')
    .action(async (task: string, _options: object, self: Command) =>
      done(await (await import('../actions/status.js')).status(task, self.optsWithGlobals())),
    );
