import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';

export type Agent = Awaited<ReturnType<typeof startAgent>>;

/** A real ssh-agent. */
export async function startAgent(socket: string) {
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(agent, 'exit');
  // It prints its environment when it listens.
  await once(agent.stdout, 'data');
  const env = { PATH: process.env['PATH'], SSH_AUTH_SOCK: socket };
  const change = (...args: string[]) =>
    void execFileSync('ssh-add', ['-q', ...args], { env, stdio: 'ignore' });
  return {
    socket,
    env,
    add: (...keys: string[]) => change(...keys),
    forget: () => change('-D'),
    async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM') {
      agent.kill(signal);
      await gone;
    },
  };
}
