import { Command } from 'commander';
import type { CreateCommand } from './command.js';

export const policy: CreateCommand = (done) =>
  new Command('policy')
    .description('what the policy says of a command; nothing runs')
    .addCommand(check(done))
    .addCommand(explain(done));

const check: CreateCommand = (done) =>
  new Command('check')
    .argument('[command]')
    .description('verdict and route')
    .option('--stdin', 'read lines {"command": "…"}')
    .option('--cwd <folder>', 'as if run in this folder')
    .option('--home <folder>', 'as if this were the home')
    .action(async (command: string | undefined, _options: object, self: Command) =>
      done(await (await import('../actions/policy-check.js')).policyCheck(command, self.optsWithGlobals())),
    );

const explain: CreateCommand = (done) =>
  new Command('explain')
    .argument('<command>')
    .description('each finding with its place in the text')
    .action(async (command: string, _options: object, self: Command) =>
      done(
        await (await import('../actions/policy-explain.js')).policyExplain(command, self.optsWithGlobals()),
      ),
    );
