import { createColors } from 'picocolors';

/** Colours for standard error; those that picocolors gives by itself are for standard output. */
export const errorColors = createColors(isColourful(process.stderr.isTTY, process.env));

function isColourful(isTerminal: boolean, env: NodeJS.ProcessEnv): boolean {
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return false;
  return env['FORCE_COLOR'] !== undefined || (isTerminal && env['TERM'] !== 'dumb');
}
