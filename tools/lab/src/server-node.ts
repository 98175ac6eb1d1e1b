import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode, LabError } from './lab-error.js';
import type { ManagedNode } from './lab-node.js';
import { loopbackHost, pickFreePort, readBanner } from './loopback.js';
import { mountsOf, writeHostKey } from './node-files.js';
import { hostKeyFileOf, markOf, pidFileOf, type NodePlan } from './node-plan.js';
import { createNodeProcesses } from './node-processes.js';
import { withOwnMounts, type CommandLine } from './own-mounts.js';
import {
  isAlive,
  readProcess,
  signalProcess,
  type ProcessEntry,
  type ProcessIdentity,
} from './process-table.js';
import { servers } from './servers.js';
import { waitUntil } from './wait-until.js';

const startTimeoutMs = 15_000;
const dropTimeoutMs = 10_000;

export function createServerNode(plan: NodePlan): ManagedNode {
  const listenerFile = join(plan.folder, 'listener.json');
  const server = servers[plan.server];
  const logFile = join(plan.folder, 'log');
  const own = createNodeProcesses({
    id: plan.id,
    roots: () => [listener()].filter((root) => root !== undefined),
    mark: markOf(plan),
    home: plan.homeBy === 'machine' ? undefined : plan.home,
  });

  /** The listener and its children, one or more for each connection; the sessions' commands are none of them. */
  function isServer(entry: ProcessEntry): boolean {
    // sshd-session and sshd-auth are what OpenSSH 9.8 and later run a connection in.
    return entry.name.startsWith(plan.server);
  }

  function listener(): ProcessIdentity | undefined {
    const text = readIfThere(listenerFile);
    if (text === undefined) return undefined;
    const identity = JSON.parse(text) as ProcessIdentity;
    return isAlive(identity) ? identity : undefined;
  }

  async function stop(): Promise<void> {
    await own.kill();
    rmSync(listenerFile, { force: true });
    rmSync(pidFileOf(plan), { force: true });
  }

  async function start(): Promise<void> {
    if (listener()) return;
    await server.configure(plan);
    const log = openSync(logFile, 'a', 0o600);
    const { program, args } = commandOf(plan);
    const child = spawn(program, args, {
      env: server.env?.(plan) ?? process.env,
      stdio: ['ignore', log, log],
      detached: true, // Ctrl-C at the terminal is for us to act on
      cwd: '/',
    });
    closeSync(log);
    child.unref();
    const failed = await new Promise<Error | undefined>((resolve) => {
      child.once('error', resolve);
      child.once('spawn', () => resolve(undefined));
    });
    const entry = child.pid === undefined ? undefined : readProcess(child.pid);
    if (failed || entry === undefined) throw didNotStart(failed);
    writeFileSync(listenerFile, JSON.stringify({ pid: entry.pid, startedAt: entry.startedAt }));
    await untilReady(entry);
  }

  /** The pid file comes after the port is bound, so the banner that follows is no other server's. */
  async function untilReady(identity: ProcessIdentity): Promise<void> {
    const ready = await waitUntil(
      async () => {
        if (!isAlive(identity)) return 'gone';
        if (readIfThere(pidFileOf(plan))?.trim() !== String(identity.pid)) return undefined;
        const banner = await readBanner(plan.port, startTimeoutMs);
        return banner?.startsWith('SSH-2.0-') ? 'ready' : undefined;
      },
      { timeoutMs: startTimeoutMs },
    );
    if (ready !== 'ready') throw didNotStart();
  }

  function didNotStart(cause?: Error): LabError {
    const tail = (readIfThere(logFile) ?? '').trim().split('\n').slice(-5).join('\n');
    const taken = /address already in use|cannot bind/i.test(tail);
    return new LabError(
      taken ? 'no-free-port' : 'node-did-not-start',
      `${plan.id}: ${plan.server} did not start on ${loopbackHost}:${plan.port}: ${cause?.message ?? tail}`,
      cause,
    );
  }

  return {
    id: plan.id,
    user: plan.user,
    identityFile: plan.identityFile,
    ...(plan.through === undefined ? {} : { through: plan.through }),
    host: loopbackHost,
    get port() {
      return plan.port;
    },
    home: plan.home,
    hostKeyFile: hostKeyFileOf(plan),
    get hostKey() {
      return readFileSync(`${hostKeyFileOf(plan)}.pub`, 'utf8')
        .split(' ')
        .slice(0, 2)
        .join(' ');
    },
    running: () => listener() !== undefined,
    start,
    stop,
    async freeze() {
      own.hold();
    },
    async thaw() {
      own.release();
    },
    async rekey() {
      await stop();
      await writeHostKey(plan);
      await start();
    },
    async dropConnections() {
      const root = listener();
      const servers = own.all().filter((entry) => isServer(entry) && entry.pid !== root?.pid);
      for (const identity of servers) signalProcess(identity, 'SIGKILL');
      await waitUntil(() => (servers.some(isAlive) ? undefined : true), { timeoutMs: dropTimeoutMs });
    },
    async processes() {
      return own
        .all()
        .filter((entry) => !isServer(entry))
        .map((entry) => entry.pid);
    },
    log: async () => readFile(logFile, 'utf8'),
    killNow: () => own.killNow(),
  };
}

/** Starts a node whose port may be taken at the last moment; the plan then gets another. */
export async function startOnFreePort(plan: NodePlan, taken: Set<number>): Promise<ManagedNode> {
  for (let attempt = 1; ; attempt += 1) {
    plan.port = await pickFreePort(taken);
    taken.add(plan.port);
    const node = createServerNode(plan);
    try {
      await node.start();
      return node;
    } catch (error) {
      await node.stop();
      if (attempt === 5 || errorCode(error) !== 'no-free-port') throw error;
    }
  }
}

function commandOf(plan: NodePlan): CommandLine {
  const command = { program: plan.program, args: servers[plan.server].args(plan) };
  const mounts = mountsOf(plan);
  return mounts.length === 0 ? command : withOwnMounts(command, mounts);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
