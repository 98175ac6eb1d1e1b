import { gatherIdentities } from './authentication/identities.js';
import type { HostSettings } from './configuration/index.js';
import { hostKeyName } from './connection/host-key-check.js';
import { identityInput } from './connection/route.js';
import { keepaliveOf, routeOf } from './connection/settings.js';
import type { Target, TransportOptions } from './options.js';

/** How a node would be reached; found out without reaching it. */
export interface Description {
  hostName: string;
  port: number;
  user: string;
  /** Keys in the order in which they are offered: a file's path, or the agent's comment. */
  keys: string[];
  /** What the SSH configuration sets for it, matters and is not honoured. */
  notHonoured: { keyword: string; file: string; line: number }[];
  /** Sentences: keys that cannot be used and what to do, and what else is not as one may think. */
  notes: string[];
}

/** A node that is silent for longer than this without being noticed is worth a word. */
const noticedWithinSeconds = 15;

export async function describeTarget(
  target: Target,
  settings: HostSettings,
  options: TransportOptions,
): Promise<Description> {
  const route = routeOf(target, settings, options);
  const [found, authorities] = await Promise.all([
    gatherIdentities(identityInput(route)),
    route.knownHosts.authorities(hostKeyName(route)),
  ]);
  const { keepaliveMs, keepaliveCount } = keepaliveOf(settings, options);
  const seconds = (keepaliveMs * (keepaliveCount + 1)) / 1_000;
  return {
    hostName: route.hostName,
    port: route.port,
    user: route.user,
    keys: route.loginMethods.includes('publickey') ? found.identities.map(({ label }) => label) : [],
    notHonoured: settings.unsupported,
    notes: [
      ...found.notes,
      ...(seconds > noticedWithinSeconds
        ? [`When it falls silent, that is noticed after ${seconds} s, as ServerAliveCountMax asks for.`]
        : []),
      ...authorities.map(
        ({ file, line }) =>
          `The certificate authority of ${file}:${line} is not used: its host key is judged alone.`,
      ),
    ],
  };
}
