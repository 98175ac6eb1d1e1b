import { spawn } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import { targetOf } from '@cluster-execution/cluster';
import { exitCodes } from '../answers/exit-code.js';
import { Problem, wrongUsage } from '../answers/problem.js';
import { withCluster, type CommonOptions } from '../session.js';

/** Opens the user's own `ssh` to a node, with what we resolved; exits as it does. */
export async function ssh(name: string, rest: string[], options: CommonOptions): Promise<number> {
  const args = await withCluster(options, async (cluster) => {
    const { settings, sshConfiguration } = cluster.current();
    const node = settings.registry.find(name);
    const known = settings.registry.nodes.map(({ id }) => id).join(', ');
    if (node === undefined)
      throw new Problem(
        {
          error: `There is no node "${name}".`,
          error_code: 'unknown-node',
          hint: `The nodes are: ${known}.`,
        },
        exitCodes.usage,
      );
    if (node.local) throw wrongUsage(`${node.id} is this machine; there is nothing to connect to.`);
    const { host, port, user, fallback } = targetOf(node, settings.configuration);
    const { hostName } = sshConfiguration.resolve(host);
    const address = await addressInstead(hostName, fallback);
    const { identityFiles, knownHostsFile, configFile, hostKeys } = settings.configuration.ssh;
    return [
      ...(configFile === undefined ? [] : ['-F', configFile]),
      ...identityFiles.flatMap((file) => ['-i', file]),
      ...(knownHostsFile === undefined ? [] : ['-o', `UserKnownHostsFile="${knownHostsFile}"`]),
      '-o',
      `StrictHostKeyChecking=${hostKeys === 'strict' ? 'yes' : 'accept-new'}`,
      ...(port === undefined ? [] : ['-p', String(port)]),
      ...(user === undefined ? [] : ['-l', user]),
      ...(address === undefined ? [] : ['-o', `HostName=${address}`, '-o', `HostKeyAlias=${hostName}`]),
      '--',
      host,
      ...(rest[0] === '--' ? rest.slice(1) : rest), // commander leaves it, and the node's shell would see it
    ];
  });
  return run(args);
}

/** The inventory's address, where the name leads nowhere. */
async function addressInstead(hostName: string, fallback: string | undefined): Promise<string | undefined> {
  if (fallback === undefined) return undefined;
  const found = await lookup(hostName).then(
    () => true,
    () => false,
  );
  return found ? undefined : fallback;
}

function run(args: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn('ssh', args, { stdio: 'inherit' });
    child.once('error', (error) => {
      const hint = 'Install OpenSSH’s client.';
      const answer = {
        error: `ssh could not be started: ${error.message}`,
        error_code: 'spawn-failed',
        hint,
      };
      reject(new Problem(answer, exitCodes.didNotRun));
    });
    child.once('exit', (code, signal) =>
      resolve(code ?? (signal === 'SIGINT' ? exitCodes.interrupted : exitCodes.failed)),
    );
  });
}
