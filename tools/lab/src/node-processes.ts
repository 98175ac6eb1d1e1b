import { LabError } from './lab-error.js';
import {
  currentFolder,
  descendantsOf,
  listProcesses,
  signalProcess,
  startEnvironment,
  type ProcessEntry,
  type ProcessIdentity,
} from './process-table.js';
import { waitUntil } from './wait-until.js';

export interface NodeProcesses {
  /** The roots, what they started, and (Linux) what left its session and its parent. */
  all(): ProcessEntry[];
  /** SIGSTOP for all of them. */
  hold(): ProcessIdentity[];
  /** SIGCONT for all of them. */
  release(): void;
  /** SIGKILL for all of them; waits for nothing. */
  killNow(): void;
  /** Kills until none is left. Throws `node-did-not-stop`. */
  kill(): Promise<void>;
}

const killTimeoutMs = 10_000;

/** The processes of one node, looked up anew each time. */
export function createNodeProcesses(node: {
  id: string;
  /** The processes that all others of the node descend from. */
  roots: () => ProcessIdentity[];
  /** `NAME=value` in the environment of every session. */
  mark: string;
  /** The home that only this node's sessions start in. */
  home: string | undefined;
}): NodeProcesses {
  function all(): ProcessEntry[] {
    const table = listProcesses();
    const byPid = new Map(table.map((entry) => [entry.pid, entry]));
    const own = new Map<number, ProcessEntry>();
    const addTree = (entry: ProcessEntry) => {
      for (const one of [entry, ...descendantsOf(entry.pid, table)]) own.set(one.pid, one);
    };
    for (const root of node.roots()) {
      const entry = byPid.get(root.pid);
      if (entry?.startedAt === root.startedAt) addTree(entry);
    }
    for (const entry of table) {
      if (!own.has(entry.pid) && entry.pid !== process.pid && isStray(entry, byPid)) addTree(entry);
    }
    return [...own.values()];
  }

  /**
   * A process that left its session and lost its parent. Where its environment was emptied too, it is known by the
   * home it stands in, but only when it is an orphan: a test may well run a program of its own in a node's home.
   */
  function isStray(entry: ProcessEntry, byPid: Map<number, ProcessEntry>): boolean {
    if (startEnvironment(entry.pid)?.includes(node.mark)) return true;
    const orphaned = entry.parentPid === 1 || byPid.get(entry.parentPid)?.name === 'systemd';
    if (!orphaned || node.home === undefined) return false;
    const folder = currentFolder(entry.pid);
    return folder === node.home || (folder?.startsWith(`${node.home}/`) ?? false);
  }

  /** Stopped processes start no new ones: when another look finds nobody new, all are held. */
  function hold(): ProcessIdentity[] {
    const held = new Map<number, ProcessIdentity>();
    for (let before = -1; before !== held.size;) {
      before = held.size;
      for (const identity of all()) {
        if (!held.has(identity.pid)) signalProcess(identity, 'SIGSTOP');
        held.set(identity.pid, identity);
      }
    }
    return [...held.values()];
  }

  function killNow(): void {
    for (const identity of hold()) signalProcess(identity, 'SIGKILL');
  }

  async function kill(): Promise<void> {
    const gone = await waitUntil(
      () => {
        killNow();
        return all().length === 0 ? true : undefined;
      },
      { timeoutMs: killTimeoutMs, everyMs: 10 },
    );
    if (gone) return;
    const left = all().map((entry) => `${entry.pid} (${entry.name})`);
    throw new LabError('node-did-not-stop', `${node.id}: still there after SIGKILL: ${left.join(', ')}`);
  }

  return {
    all,
    hold,
    release() {
      for (const identity of all()) signalProcess(identity, 'SIGCONT');
    },
    killNow,
    kill,
  };
}
