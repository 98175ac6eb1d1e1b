import { spawn } from 'node:child_process';

const request = `${JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'bench', version: '0' },
  },
})}\n`;

/** Starts a server, and resolves with the milliseconds until it has answered `initialize`, once it has ended. */
export function askToInitialize(args: readonly string[], env: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const child = spawn(process.execPath, args, { env: { ...process.env, ...env } });
    let answeredMs: number | undefined;
    let answer = '';
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
      if (answeredMs !== undefined || !answer.includes('\n')) return;
      answeredMs = performance.now() - startedAt;
      child.stdin.end(); // which is how a client says goodbye
    });
    child.once('error', reject);
    child.stdin.once('error', reject);
    child.once('close', (code) => {
      if (answeredMs !== undefined && answer.includes('"serverInfo"')) resolve(answeredMs);
      else
        reject(new Error(`${args.join(' ')} ended with ${code} and without an answer: ${errors}${answer}`));
    });
    child.stdin.write(request);
  });
}
