import { Command } from 'commander';
import type { CreateCommand } from './command.js';
import { addPlacingOptions } from './placing-options.js';

export const submit: CreateCommand = (done) =>
  addPlacingOptions(new Command('submit').argument('[command]', 'a shell command line'))
    .description('run a command where it suits best; exits as it does')
    .option('--script <file>', 'copy this file to the node and run it')
    .option('--detach', 'not there yet')
    .action(async (command: string | undefined, _options: object, self: Command) =>
      done(await (await import('../actions/submit.js')).submit(command, self.optsWithGlobals())),
    );
