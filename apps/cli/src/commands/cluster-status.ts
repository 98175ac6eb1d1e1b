import { Command } from 'commander';
import type { CreateCommand } from './command.js';

export const clusterStatus: CreateCommand = (done) =>
  new Command('cluster-status')
    .description('the nodes, their load and their tasks')
    .action(async (_options: object, self: Command) =>
      done(await (await import('../actions/cluster-status.js')).clusterStatus(self.optsWithGlobals())),
    );
