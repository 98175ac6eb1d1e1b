import { createLimit } from '../connection/limit.js';
import type { Link } from '../connection/link.js';
import type { RunRequest, RunResult } from '../process/exit.js';
import type { LaunchShell } from '../process/launch.js';
import { runProcess } from '../process/run-process.js';
import { captureEnvironment, keepEnvironment, type RunOnNode } from './environment.js';
import { greet, type Greeting } from './greet.js';

export interface NodeOptions {
  /** `user`: what the node user's interactive login shell sets. `plain`: what the server gives. */
  environment: 'user' | 'plain';
  greetTimeoutMs: number;
  captureTimeoutMs: number;
  /** Something that does not stop a command but that somebody should know. */
  onNotice(message: string): void;
}

/** One node as its user: the shared connections, and what was found out about its shell. */
export interface RemoteNode {
  run(request: RunRequest): Promise<RunResult>;
  greeting(): Promise<Greeting>;
  readonly connections: number;
  close(): void;
}

export function createRemoteNode(link: Link, options: NodeOptions): RemoteNode {
  let looked: Promise<{ greeting: Greeting; shell: LaunchShell }> | undefined;
  const once = createLimit(1);

  /** Looked up once; a failure is not remembered. */
  function look(): Promise<{ greeting: Greeting; shell: LaunchShell }> {
    looked ??= once.run(lookAtNode).catch((error: unknown) => {
      looked = undefined;
      throw error;
    });
    return looked;
  }

  async function lookAtNode() {
    const greeting = await greet(await link.connected(), options.greetTimeoutMs);
    const bare: LaunchShell = {
      shell: greeting.shell,
      posixLogin: greeting.posixLogin,
      group: greeting.group,
    };
    if (options.environment === 'plain') return { greeting, shell: bare };
    if (greeting.environmentFresh)
      return { greeting, shell: { ...bare, environmentFile: greeting.environmentFile } };
    return { greeting, shell: await withEnvironment(bare, greeting) };
  }

  async function withEnvironment(bare: LaunchShell, greeting: Greeting): Promise<LaunchShell> {
    const onNode: RunOnNode = (command, stdin) => collect(bare, command, stdin);
    const environment = await captureEnvironment(onNode);
    if (environment === undefined) {
      options.onNotice(
        'The login shell did not tell its environment in time; commands run with the server’s own.',
      );
      return bare;
    }
    const kept = await keepEnvironment(onNode, greeting.environmentFile, environment);
    return kept ? { ...bare, environmentFile: greeting.environmentFile } : { ...bare, environment };
  }

  async function collect(shell: LaunchShell, command: string, stdin?: Buffer): Promise<string | undefined> {
    const chunks: Buffer[] = [];
    const { exit } = await runProcess(link, shell, {
      command,
      ...(stdin === undefined ? {} : { stdin }),
      timeoutMs: options.captureTimeoutMs,
      onOutput: (stream, chunk) => void (stream === 'stdout' && chunks.push(chunk)),
    });
    return exit.kind === 'exited' && exit.code === 0 ? Buffer.concat(chunks).toString('utf8') : undefined;
  }

  return {
    async run(request) {
      const { shell } = await look();
      return runProcess(link, shell, request);
    },
    greeting: async () => (await look()).greeting,
    get connections() {
      return link.connections;
    },
    close: () => link.close(),
  };
}
