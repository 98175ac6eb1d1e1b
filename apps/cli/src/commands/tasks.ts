import { Command } from 'commander';
import type { CreateCommand } from './command.js';
import { number } from './placing-options.js';

export const tasks: CreateCommand = (done) =>
  new Command('tasks')
    .description('the tasks on record, newest first')
    .option('--status <status>', 'only these: completed, failed, running, queued, …')
    .option('--node <id>', 'only those of this node')
    .option('--limit <n>', 'at most this many (default: 50)', number)
    .action(async (_options: object, self: Command) =>
      done(await (await import('../actions/tasks.js')).tasks(self.optsWithGlobals())),
    );
