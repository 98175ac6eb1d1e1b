import { Command } from 'commander';
import type { CreateCommand } from './command.js';
import { addNodeOptions } from './placing-options.js';

export const submit: CreateCommand = (done) =>
  addNodeOptions(
    new Command('submit').argument(
      '[command...]',
      'a shell command line, as one word; with --script its arguments',
    ),
  )
    .description('run a command where it suits best; exits as it does')
    .option('--script <file>', 'copy this file to the node and run it, with what comes after --')
    .option('--detach', 'not there yet')
    .action(async (words: string[], _options: object, self: Command) =>
      done(await (await import('../actions/submit.js')).submit(words, self.optsWithGlobals())),
    );
