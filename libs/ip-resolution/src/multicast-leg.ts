import { type Socket, createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { NetworkInterfaceInfo } from 'node:os';
import { isContainerBridge } from './container-bridges.js';
import { inSubnets } from './subnet.js';

/** One network interface and one IP version to ask on. */
export interface MulticastPath {
  interface: string;
  family: 4 | 6;
  /** This machine's address there. */
  address: string;
  /** The subnets of that interface: an answer from elsewhere does not count (RFC 6762 §11). */
  subnets: readonly string[];
}

/** A socket that asks on one path. */
export interface MulticastLeg {
  path: MulticastPath;
  send(bytes: Buffer): Promise<void>;
  close(): void;
}

/** The paths on the interfaces named, else on all that lead out of this machine (not loopback, not to containers). */
export function multicastPaths(
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>,
  wanted: { families: readonly (4 | 6)[]; names?: readonly string[] | undefined },
): MulticastPath[] {
  return Object.entries(interfaces).flatMap(([name, infos = []]) => {
    const outward = !isContainerBridge(name) && infos.some((info) => !info.internal);
    if (wanted.names === undefined ? !outward : !wanted.names.includes(name)) return [];
    return wanted.families.flatMap((family) => {
      const own = infos.filter((info) => info.family === `IPv${family}`);
      const subnets = own.flatMap((info) => info.cidr ?? []);
      return own[0] === undefined ? [] : [{ interface: name, family, address: own[0].address, subnets }];
    });
  });
}

/**
 * Opens a socket for `path`. It is bound to every address, since one that is bound to the interface's own receives
 * nothing that was sent to the group, and the interface is named for sending instead.
 * Rejects with the system's error where the interface has no multicast.
 */
export async function openLeg(
  path: MulticastPath,
  port: number,
  onAnswer: (bytes: Buffer) => void,
): Promise<MulticastLeg> {
  const socket = createSocket({ type: path.family === 4 ? 'udp4' : 'udp6', ipv6Only: path.family === 6 });
  try {
    socket.bind({ port: 0, address: path.family === 4 ? '0.0.0.0' : '::' });
    await once(socket, 'listening');
    socket.setMulticastInterface(path.family === 4 ? path.address : `::%${path.interface}`);
    socket.setMulticastTTL(255);
  } catch (error) {
    socket.close();
    throw error;
  }
  socket.on('message', (bytes, from) => {
    // Every answer leaves from the protocol's own port (RFC 6762 §6) and from a machine on this network.
    if (from.port === port && inSubnets(from.address, path.subnets)) onAnswer(bytes);
  });
  const group = path.family === 4 ? '224.0.0.251' : `ff02::fb%${path.interface}`;
  return { path, send: (bytes) => send(socket, bytes, port, group), close: () => socket.close() };
}

function send(socket: Socket, bytes: Buffer, port: number, group: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(bytes, port, group, (error) => (error === null ? resolve() : reject(error)));
  });
}
