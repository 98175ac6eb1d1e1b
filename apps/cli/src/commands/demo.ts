import { Command } from 'commander';
import type { CreateCommand } from './command.js';

export const demo: CreateCommand = (done) =>
  new Command('demo')
    .description('the main job on three nodes of its own')
    .option('--engine <engine>', 'auto, sshd or embedded', 'auto')
    .action(async (_options: object, self: Command) =>
      done(await (await import('../actions/demo.js')).demo(self.optsWithGlobals())),
    );
