import { parseArgs } from 'node:util';

export type CommandLine =
  | { readonly kind: 'once' }
  | { readonly kind: 'watch'; readonly seconds: number }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'wrong'; readonly message: string };

export const help = `cluster-probe: what this machine looks like now, as one line of JSON

Usage: cluster-probe [--watch SECONDS]

  --watch SECONDS   print a line every so many seconds (0.1 to 86400), until interrupted
  --help, -h        print this
  --version, -V     print the version

A figure that could not be had is absent, and "collectors" says why.
`;

const shortestSeconds = 0.1;
const longestSeconds = 86_400;

export function readCommandLine(args: readonly string[]): CommandLine {
  const parsed = parse(args);
  if (typeof parsed === 'string') return { kind: 'wrong', message: parsed };
  if (parsed.help === true) return { kind: 'help' };
  if (parsed.version === true) return { kind: 'version' };
  if (parsed.watch === undefined) return { kind: 'once' };
  const seconds = /^\d+(\.\d+)?$/.test(parsed.watch) ? Number(parsed.watch) : Number.NaN;
  if (seconds >= shortestSeconds && seconds <= longestSeconds) return { kind: 'watch', seconds };
  return {
    kind: 'wrong',
    message: `--watch takes a number of seconds from ${shortestSeconds} to ${longestSeconds}, not "${parsed.watch}".`,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        watch: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'V' },
      },
    }).values;
  } catch (error) {
    // Node's own sentence names the option or the argument at fault; its hints after it fit a library better.
    const message = error instanceof Error ? error.message : String(error);
    return `${message.split('. ')[0]?.replace(/\.$/, '') ?? message}.`;
  }
}
