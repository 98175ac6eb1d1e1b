import { existsSync } from 'node:fs';
import { prepare } from './prepare.mjs';
import { Problem } from './problem.mjs';
import { run } from './processes.mjs';
import { inRoot } from './root.mjs';
import { toolEnvironment } from './runtime.mjs';

/**
 * `npm start`: the main job, with no configuration.
 *
 * @param {string[]} args
 */
export function start(args) {
  return launch('apps/cli/dist/main.js', ['demo', ...args]);
}

/**
 * `npm run bench` and `npm run lab`.
 *
 * @param {'bench' | 'lab'} name
 * @param {string[]} args
 */
export function tool(name, args) {
  return launch(`tools/${name}/dist/main.js`, args);
}

async function launch(program, args) {
  const node = await prepare();
  if (!existsSync(inRoot(program))) {
    throw new Problem(`The build made no ${program}; look at that project's tsup.config.ts.`, {
      code: 'not-built',
    });
  }
  const { code } = await run(node, [program, ...args], { show: true, env: toolEnvironment() });
  return code;
}
