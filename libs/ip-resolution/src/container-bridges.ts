import type { NetworkInterfaceInfo } from 'node:os';

/**
 * Names that container and virtual machine engines give to their bridges: Docker, Podman, CNI and Kubernetes
 * plug-ins, nerdctl, libvirt, LXC, LXD, Incus. A bridge that a person made (`br0`, `br-lan`) is a real network.
 */
const bridgeNames = [
  /^docker\d+$/,
  /^docker_gwbridge$/,
  /^br-[0-9a-f]{12}$/,
  /^podman/,
  /^cni/,
  /^cbr\d+$/,
  /^kube-bridge$/,
  /^flannel/,
  /^weave$/,
  /^nerdctl/,
  /^virbr\d/,
  /^lxcbr\d/,
  /^lxdbr\d/,
  /^incusbr\d/,
  /^veth/,
];

export function isContainerBridge(interfaceName: string): boolean {
  return bridgeNames.some((pattern) => pattern.test(interfaceName));
}

/**
 * The subnets of this machine's own container bridges, as CIDRs (`172.17.0.1/16`): the same ones exist on every
 * machine with that engine, so an address in them would lead back to this machine and never to a remote node.
 */
export function containerBridges(interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>): string[] {
  return Object.entries(interfaces)
    .filter(([name]) => isContainerBridge(name))
    .flatMap(([, infos]) => infos ?? [])
    .flatMap(({ cidr }) => (cidr === null ? [] : [cidr]));
}
