// The workspace's own commands. Plain Node 20, no packages: this runs before anything is installed.
import { Problem } from './problem.mjs';

const commands = {
  start: async (args) => (await import('./start.mjs')).start(args),
  build: async () => (await import('./prepare.mjs')).prepare().then(() => 0),
  test: async (args) => (await import('./test.mjs')).test(args),
  check: async (args) => (await import('./check.mjs')).check(args),
  bench: async (args) => (await import('./start.mjs')).tool('bench', args),
  lab: async (args) => (await import('./start.mjs')).tool('lab', args),
};

const [name = '', ...args] = process.argv.slice(2);
const command = commands[name];
if (command === undefined) {
  process.stderr.write(`Unknown command "${name}"; there are: ${Object.keys(commands).join(', ')}.\n`);
  process.exitCode = 2;
} else {
  try {
    process.exitCode = await command(args);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    process.stderr.write(`${error.output}${error.message}\n`);
    process.exitCode = error.exitCode;
  }
}
