import { Command } from 'commander';
import type { CreateCommand } from './command.js';
import { addPlacingOptions, number } from './placing-options.js';

export const parallel: CreateCommand = (done) =>
  addPlacingOptions(new Command('parallel').argument('<commands...>', 'shell command lines'))
    .description('run many at once, spread over the nodes')
    .option('--max-parallel <n>', 'at most this many at once', number)
    .option('--fail-fast', 'start no more after the first that does not succeed')
    .action(async (commands: string[], _options: object, self: Command) =>
      done(await (await import('../actions/parallel.js')).parallel(commands, self.optsWithGlobals())),
    );
