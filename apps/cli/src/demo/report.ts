import type { ClusterStatus, Outcome, ParallelOutcome } from '@cluster-execution/cluster';
import colors from 'picocolors';

/** The demo's report, piece by piece; plain lines for standard output. */
export function heading(tool: string, what: string): string {
  return `\n${colors.bold(tool)}  ${colors.dim(what)}`;
}

export function statusLines(status: ClusterStatus): string[] {
  return Object.entries(status.nodes).map(([id, node]) => {
    const name = id === status.local_node ? `${id} (this machine)` : id;
    if (!node.reachable) return `  ${name.padEnd(24)} unreachable: ${node.error ?? 'no answer'}`;
    const figures = [
      node.cpu_percent === undefined ? undefined : `cpu ${node.cpu_percent.toFixed(0)} %`,
      node.memory_percent === undefined ? undefined : `memory ${node.memory_percent.toFixed(0)} %`,
      node.load_1m === undefined ? undefined : `load ${node.load_1m.toFixed(2)}`,
    ].filter((figure) => figure !== undefined);
    return `  ${name.padEnd(24)} ${(node.status ?? '').padEnd(11)} ${figures.join('  ')}`;
  });
}

export function outcomeLines(outcome: Outcome): string[] {
  const time = outcome.duration_ms === undefined ? '' : ` in ${outcome.duration_ms} ms`;
  const code = outcome.return_code === undefined ? '' : ` (exit ${outcome.return_code})`;
  const paint = outcome.success ? colors.green : colors.red;
  return [
    `  $ ${outcome.command}`,
    `  ran on ${colors.bold(outcome.executed_on ?? 'no node')}: ${paint(outcome.status)}${code}${time}`,
    ...(outcome.routing === undefined ? [] : [`  why: ${outcome.routing.reason}`]),
    ...indented(outcome.stdout),
    ...(outcome.error === undefined ? [] : [`  ${outcome.error}`]),
  ];
}

export function parallelLines(answer: ParallelOutcome): string[] {
  const rows = answer.results.map(
    (result) =>
      `  ${(result.executed_on ?? '–').padEnd(10)} ${result.status.padEnd(10)} ${result.stdout.trim()}`,
  );
  return [...rows, `  ${answer.summary.succeeded} of ${answer.summary.total} succeeded`];
}

function indented(text: string): string[] {
  const lines = text.trimEnd().split('\n');
  return text.trim() === '' ? [] : lines.slice(0, 6).map((line) => `  | ${line}`);
}

/** How to add the server to the agents people use. */
export function nextSteps(server: { command: string; args: readonly string[] }): string[] {
  const line = [server.command, ...server.args]
    .map((word) => (/\s/.test(word) ? JSON.stringify(word) : word))
    .join(' ');
  const json = JSON.stringify({ mcpServers: { cluster: { command: server.command, args: server.args } } });
  return [
    `\n${colors.bold('Add it to your agent')}`,
    `  Claude Code:  claude mcp add cluster -- ${line}`,
    `  Codex:        codex mcp add cluster -- ${line}`,
    `  Cursor:       .cursor/mcp.json: ${json}`,
    '',
    '  Your own machines go into ~/.config/cluster-execution/cluster.yaml; the README shows how.',
    '  cluster-router doctor then tells whether each of them runs commands.',
  ];
}
