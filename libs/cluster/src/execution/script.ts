import { quote } from '@cluster-execution/ssh-transport';
import { type ExecuteRequest, type Execution, ExecutionError, type Executor } from './executor.js';

const copy = [
  'umask 077',
  'f=$(mktemp "${TMPDIR:-/tmp}/cluster-script.XXXXXX") && cat >"$f" && chmod 700 "$f" && printf %s "$f"',
].join('; ');

export interface Script {
  text: string;
  args: readonly string[];
}

/**
 * Copies `script` to the node, makes it executable, runs it and removes it, whatever became of it. Rejects like
 * `execute`, and with `script-copy-failed`; nothing of the script has run then.
 */
export async function executeScript(
  executor: Executor,
  script: Script,
  request: ExecuteRequest,
): Promise<Execution> {
  const path = await copyTo(executor, script.text, request.signal);
  try {
    return await executor.execute({ ...request, command: [path, ...script.args].map(quote).join(' ') });
  } finally {
    await remove(executor, path);
  }
}

/** Never rejects: that would say that nothing ran, and the script would be run again elsewhere. */
async function remove(executor: Executor, path: string): Promise<void> {
  const command = `rm -f -- ${quote(path)}`;
  await executor.execute({ command, cwd: '/', timeoutMs: 10_000 }).then(
    () => undefined,
    () => undefined, // the node is gone; its temporary folder will be cleaned without us
  );
}

async function copyTo(executor: Executor, script: string, signal: AbortSignal | undefined): Promise<string> {
  const said = { stdout: '', stderr: '' };
  const { exit } = await executor.execute({
    command: copy,
    cwd: '/',
    stdin: Buffer.from(script),
    timeoutMs: 60_000,
    ...(signal === undefined ? {} : { signal }),
    onOutput: (stream, chunk) => {
      said[stream] += chunk.toString('utf8');
    },
  });
  if (exit.kind === 'exited' && exit.code === 0 && said.stdout !== '') return said.stdout;
  throw new ExecutionError(
    'script-copy-failed',
    `The script could not be copied to the node: ${said.stderr.trim() || exit.kind}`,
    {
      hint: 'Is there room in the node’s temporary folder?',
    },
  );
}
