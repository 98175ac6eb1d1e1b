import { readPolicy, type CommonOptions } from '../session.js';
import { printJson } from '../terminal/streams.js';

/** What the policy says of a command, with where in the text each finding is, and through which frames it was reached. */
export async function policyExplain(command: string, options: CommonOptions): Promise<number> {
  const { policy, protectedPaths } = await readPolicy(options);
  const parsed = policy.parse(command);
  const judgement = policy.judge(parsed, {
    home: process.env['HOME'] ?? '/',
    cwd: process.cwd(),
    protectedPaths,
  });
  const workload = policy.classify(parsed);
  if (options.json === true) {
    await printJson({ command, ...judgement, workload });
    return 0;
  }
  console.log(
    `${judgement.verdict}; ${workload.weight}${workload.kind === undefined ? '' : ` ${workload.kind}`}; programs: ${workload.programs.join(' ') || 'none'}`,
  );
  for (const { rule, message, span, frames, suggestion, core } of judgement.findings) {
    console.log(`\n${rule}${core ? ' (cannot be switched off)' : ''}: ${message}`);
    console.log(`  about: ${command.slice(span.start, span.end)}`);
    if (frames.length > 0) console.log(`  inside: ${frames.join(' > ')}`);
    if (suggestion !== undefined) console.log(`  instead: ${suggestion}`);
  }
  return 0;
}
