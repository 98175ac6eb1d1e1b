import { Command } from 'commander';
import type { CreateCommand } from './command.js';

export const ssh: CreateCommand = (done) =>
  new Command('ssh')
    .argument('<node>')
    .argument('[command...]')
    .description('open a shell on a node with your own ssh')
    .passThroughOptions()
    .action(async (node: string, rest: string[], _options: object, self: Command) =>
      done(await (await import('../actions/ssh.js')).ssh(node, rest, self.optsWithGlobals())),
    );
