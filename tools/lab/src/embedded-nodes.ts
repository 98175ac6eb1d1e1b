import { mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedServer, type EmbeddedServer } from './embedded-server.js';
import { createKeyPair } from './key-pair.js';
import type { NodeStart } from './lab-options.js';
import { errorCode } from './lab-error.js';
import type { ManagedNode } from './lab-node.js';
import { loopbackHost, pickFreePort } from './loopback.js';

/** Starts servers inside this process, all or none. They always have homes of their own. */
export async function startEmbeddedNodes(ids: string[], start: NodeStart): Promise<ManagedNode[]> {
  const nodes: ManagedNode[] = [];
  try {
    for (const id of ids) nodes.push(await startNode(id, start));
    return nodes;
  } catch (error) {
    await Promise.all(nodes.map((node) => node.stop()));
    throw error;
  }
}

async function startNode(
  id: string,
  { folder, authorizedKey, identityFile }: NodeStart,
): Promise<ManagedNode> {
  const user = userInfo().username;
  const nodeFolder = join(folder, 'nodes', id);
  const home = join(nodeFolder, 'home');
  const hostKeyFile = join(nodeFolder, 'host_key');
  await mkdir(home, { recursive: true, mode: 0o700 });
  let key = createKeyPair(id);
  const writeKey = async () => {
    await writeFile(hostKeyFile, key.privateKey, { mode: 0o600 });
    await writeFile(`${hostKeyFile}.pub`, `${key.publicKey}\n`);
  };
  const serve = (port: number) =>
    startEmbeddedServer({
      host: loopbackHost,
      port,
      hostKey: key.privateKey,
      authorizedKey,
      home,
      user,
      env: { CLUSTERLAB_NODE: id },
    });
  await writeKey();
  let server: EmbeddedServer | undefined = await onFreePort(serve);
  const { port } = server;
  let earlierLog = '';

  async function stop(): Promise<void> {
    if (server === undefined) return;
    earlierLog += server.log();
    await server.close();
    server = undefined;
  }
  async function startAgain(): Promise<void> {
    server ??= await serve(port);
  }
  return {
    id,
    user,
    identityFile,
    host: loopbackHost,
    port,
    home,
    hostKeyFile,
    get hostKey() {
      return key.publicKey.split(' ').slice(0, 2).join(' ');
    },
    running: () => server !== undefined,
    stop,
    start: startAgain,
    freeze: async () => server?.freeze(),
    thaw: async () => server?.thaw(),
    async rekey() {
      await stop();
      key = createKeyPair(id);
      await writeKey();
      await startAgain();
    },
    dropConnections: async () => server?.dropConnections(),
    processes: async () => server?.processes() ?? [],
    log: async () => earlierLog + (server?.log() ?? ''),
    killNow: () => server?.killNow(),
  };
}

async function onFreePort(serve: (port: number) => Promise<EmbeddedServer>): Promise<EmbeddedServer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await serve(await pickFreePort());
    } catch (error) {
      if (attempt === 5 || errorCode(error) !== 'no-free-port') throw error;
    }
  }
}
