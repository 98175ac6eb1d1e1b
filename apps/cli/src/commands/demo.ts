import { Command, Option } from 'commander';
import type { CreateCommand } from './command.js';

export const demo: CreateCommand = (done) =>
  new Command('demo')
    .description('the main job on three nodes of its own')
    .addOption(
      new Option('--engine <engine>', 'what the nodes run')
        .choices(['auto', 'sshd', 'embedded'])
        .default('auto'),
    )
    .action(async (_options: object, self: Command) =>
      done(await (await import('../actions/demo.js')).demo(self.optsWithGlobals())),
    );
