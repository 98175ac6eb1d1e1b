import { Command } from 'commander';
import type { CreateCommand } from './command.js';

export const doctor: CreateCommand = (done) =>
  new Command('doctor')
    .description('what is set and from where, and whether every node runs commands')
    .action(async (_options: object, self: Command) =>
      done(await (await import('../actions/doctor.js')).doctor(self.optsWithGlobals())),
    );
