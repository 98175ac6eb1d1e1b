import { benchmarks } from './benchmarks.js';
import { readCommandLine, usage, type CommandLine } from './command-line.js';
import { report, type Report } from './report.js';
import { createStand } from './stand.js';
import { table } from './table.js';

const names = benchmarks.map(({ name }) => name);
const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/** Gives the exit code: 0 also where a target was missed, 1 where a benchmark could not run, 2 for wrong usage. */
async function main(args: readonly string[]): Promise<number> {
  let asked: CommandLine;
  try {
    asked = readCommandLine(args, names);
  } catch (error) {
    process.stderr.write(`bench: ${(error as Error).message}\n\n${usage(names)}`);
    return 2;
  }
  if (asked.help) {
    process.stdout.write(usage(names));
    return 0;
  }
  const done = await measure(asked);
  process.stdout.write(asked.json ? `${JSON.stringify(done)}\n` : text(done));
  return done.benchmarks.some(({ error }) => error !== undefined) ? 1 : 0;
}

async function measure(asked: CommandLine): Promise<Report> {
  const { quick, profile, only } = asked;
  const stand = await createStand({ quick, ...(profile === undefined ? {} : { profile }) });
  for (const [signal, number] of Object.entries(signalNumbers)) {
    // Not `once`: the lab, too, listens, and ends the process where nobody else does any more.
    process.on(signal, () => void stand.close().finally(() => process.exit(128 + number)));
  }
  try {
    const chosen = benchmarks.filter(({ name }) => only.length === 0 || only.includes(name));
    return await report(chosen, stand, (name) => process.stderr.write(`${name} …\n`));
  } finally {
    await stand.close();
  }
}

function text(done: Report): string {
  const rows = done.benchmarks.flatMap((each) => each.rows);
  const failures = done.benchmarks.flatMap(({ name, error }) =>
    error === undefined ? [] : [`${name} could not run: ${error}`],
  );
  const missed = rows.filter(({ met }) => met === false).length;
  const judged = rows.filter(({ met }) => met !== undefined).length;
  return [
    `Node ${done.node}, ${done.machine.cores} cores, ${done.machine.os} ${done.machine.arch}${done.quick ? ', quick' : ''}`,
    'Clients and servers share this machine: ratios count, figures do not.',
    '',
    table(rows),
    '',
    `${judged - missed} of ${judged} targets met.`,
    ...failures,
    '',
  ].join('\n');
}

process.exitCode = await main(process.argv.slice(2));
