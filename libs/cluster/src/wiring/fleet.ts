import { canonicalKind } from '@cluster-execution/command-policy';
import type { Configuration, Node, Registry } from '@cluster-execution/node-registry';
import type { Target, Transport } from '@cluster-execution/ssh-transport';
import type { Fleet, FleetNode } from '../backends/direct/fleet.js';
import type { Executor } from '../execution/executor.js';
import { createLocalExecutor } from '../execution/local-executor.js';
import { createSshExecutor } from '../execution/ssh-executor.js';
import { createLookUp } from '../observation/look-up.js';
import { createObserver } from '../observation/observer.js';
import { present } from './present.js';
import type { Surroundings } from './surroundings.js';

/** Every node of the registry with its executor and what looks at it. */
export function fleetOf(
  configuration: Configuration,
  registry: Registry,
  transport: Transport,
  around: Surroundings,
  now: () => number,
): Fleet {
  const timeoutMs = configuration.timeouts.statusSeconds * 1_000;
  const make = (node: Node): FleetNode => {
    const executor = node.local
      ? localExecutor(around)
      : createSshExecutor(transport, targetOf(node, configuration));
    return {
      id: node.id,
      local: node.local,
      capabilities: node.capabilities,
      specialties: node.specialties.map(canonicalKind),
      priority: node.priority,
      cordoned: node.cordoned,
      executor,
      observer: createObserver({ executor, local: node.local, timeoutMs, now }),
      lookUp: createLookUp({ executor, timeoutMs, now }),
      ...present({ os: node.os, arch: node.arch, maxTasks: node.maxTasks }),
    };
  };
  const nodes = registry.nodes.map(make);
  const local = nodes.find((node) => node.local);
  if (local === undefined) throw new Error('The registry has no local node.');
  return { nodes, local, thresholds: configuration.thresholds };
}

/** How a node is reached: its own user, then the cluster's; the SSH configuration and the current user come after. */
export function targetOf(node: Node, configuration: Configuration): Target {
  return {
    host: node.host,
    ...present({ port: node.port, user: node.user ?? configuration.ssh.user, fallback: node.fallbackIp }),
  };
}

function localExecutor(around: Surroundings): Executor {
  const facts = { cores: around.cores, ...present({ os: around.os, arch: around.arch }) };
  return createLocalExecutor({ env: around.env, home: around.home, facts });
}
