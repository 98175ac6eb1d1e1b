import { Command } from 'commander';
import type { CreateCommand } from './command.js';

export const logs: CreateCommand = (done) =>
  new Command('logs')
    .argument('<task>')
    .description('what a task printed')
    .option('-f, --follow', 'until it has ended')
    .option('--stderr', 'its standard error')
    .action(async (task: string, _options: object, self: Command) =>
      done(await (await import('../actions/logs.js')).logs(task, self.optsWithGlobals())),
    );
