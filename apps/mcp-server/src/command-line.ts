import { parseArgs } from 'node:util';

export type CommandLine =
  | { readonly kind: 'serve'; readonly config?: string }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'wrong'; readonly message: string };

export const help = `cluster-execution-mcp: a shell for AI coding agents that knows your cluster, as an MCP server

Usage: cluster-execution-mcp [--config FILE]

It speaks MCP over standard input and output; an MCP client starts it, such as: claude mcp add cluster -- cluster-execution-mcp

  --config FILE   the inventory; else $CLUSTER_CONFIG, else cluster-execution/cluster.yaml in the user's configuration folder
  --help, -h      print this
  --version, -V   print the version
`;

export function readCommandLine(args: readonly string[]): CommandLine {
  const parsed = parse(args);
  if (typeof parsed === 'string') return { kind: 'wrong', message: parsed };
  if (parsed.help === true) return { kind: 'help' };
  if (parsed.version === true) return { kind: 'version' };
  if (parsed.config === '') return { kind: 'wrong', message: '--config takes the path of a file.' };
  return { kind: 'serve', ...(parsed.config === undefined ? {} : { config: parsed.config }) };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        config: { type: 'string' },
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
