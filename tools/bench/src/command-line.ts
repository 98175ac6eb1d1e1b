import { parseArgs } from 'node:util';

export interface CommandLine {
  help: boolean;
  json: boolean;
  quick: boolean;
  /** Names of benchmarks; all where empty. */
  only: readonly string[];
  profile?: string;
}

export const usage = (names: readonly string[]) => `npm run bench -- [OPTION]...

  --json            one JSON object on standard output (with npm run --silent, nothing else is there)
  --only NAME       this one alone; may be given again: ${names.join(', ')}
  --quick           a fifth of the rounds: for a look, not for a figure
  --profile FOLDER  CPU profiles of the MCP server, for Chrome's developer tools
`;

/** Throws an error that says what is wrong with the arguments. */
export function readCommandLine(args: readonly string[], names: readonly string[]): CommandLine {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      profile: { type: 'string' },
    },
  });
  const { help, json, quick, only, profile } = values;
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new Error(`There is no benchmark "${unknown}"; there are: ${names.join(', ')}.`);
  return { help, json, quick, only, ...(profile === undefined ? {} : { profile }) };
}
