import { execFileSync } from 'node:child_process';
import type { Lab } from '@cluster-execution/lab';
import { afterEach } from 'vitest';
import { openSocket } from '../../connection/stream.js';
import type { TransportOptions } from '../../options.js';
import { setUpLabs, targetOf } from '../../testing/labs.js';
import type { Transport } from '../../transport.js';
import { startAgent, type Agent } from './agent.js';

export const ran = { kind: 'exited', code: 3 };

/** How a command ends, or what it is refused with. */
export const run = (transport: Transport, lab: Lab, command = 'exit 3') =>
  transport.run(targetOf(lab), { command }).then(
    ({ exit }) => exit,
    (error: unknown) => error,
  );

/** Labs to log in to, with keys and agents of a test's own. */
export function setUpLogin() {
  const { here, start, open: openTo, configurationOf } = setUpLabs('login');
  const agents: Agent[] = [];
  afterEach(async () => {
    await Promise.all(agents.splice(0).map((agent) => agent.end()));
  });

  /** A transport that counts its connections, and has no key but those it is given. */
  function open(lab: Lab, over: Partial<TransportOptions>) {
    const counted = { dials: 0 };
    const transport = openTo(lab, {
      identityFiles: [],
      openSocket: (destination, signal) => {
        counted.dials += 1;
        return openSocket(destination, signal);
      },
      ...over,
    });
    return { transport, counted };
  }

  function makeKeys(...names: string[]): string[] {
    return names.map((name) => {
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', here(name)]);
      return here(name);
    });
  }

  async function startAgentWith(keys: readonly string[]): Promise<Agent> {
    const agent = await startAgent(here(`agent-${agents.length}`));
    agents.push(agent);
    for (const key of keys) agent.add(key);
    return agent;
  }

  return { here, start, open, configurationOf, makeKeys, startAgentWith };
}
