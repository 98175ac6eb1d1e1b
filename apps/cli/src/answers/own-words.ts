/** What to do next on the command line, by `error_code`, where the answer's own hint speaks of tools and their parameters. */
const hints: Readonly<Record<string, string>> = {
  'command-too-long': 'Put it into a file: cluster-router submit --script FILE',
  'unknown-task': 'cluster-router tasks lists the tasks there are.',
  'not-resumable': 'Submit the command again.',
  'no-node-fits':
    'Relax what is required, or add a node that has it: cluster-router cluster-status shows what the nodes offer.',
  'no-such-folder':
    'Run it in the home folder there (--cwd "~"), or in another folder that the node has (--cwd FOLDER).',
  timeout: 'Give it more with --timeout SECONDS, or 0 for no limit.',
};

/** The answer, with what to do next told as a user of the command line does it. */
export function inOwnWords<T extends { error_code?: string; hint?: string }>(answer: T): T {
  const hint = hints[answer.error_code ?? ''];
  return hint === undefined ? answer : { ...answer, hint };
}
