export interface CommandLine {
  program: string;
  args: string[];
}

/**
 * The same command in a mount namespace of its own, in which the files of `instead` lie in place of others: what it and
 * its children see, nobody else does, and it ends with them. Linux, as root. Each step replaces the one before it, so
 * the process keeps its id.
 */
export function withOwnMounts(command: CommandLine, instead: { path: string; by: string }[]): CommandLine {
  const mounts = instead.map((_, index) => `mount --bind "$${2 * index + 1}" "$${2 * index + 2}"`);
  const files = instead.flatMap(({ path, by }) => [by, path]);
  const script = [...mounts, `shift ${files.length}`, 'exec "$@"'].join(' && ');
  return {
    program: 'unshare',
    args: [
      '--mount',
      '--propagation',
      'private',
      'sh',
      '-c',
      script,
      'sh',
      ...files,
      command.program,
      ...command.args,
    ],
  };
}
