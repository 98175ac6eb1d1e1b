/** Loaded when the first connection is made: a program that makes none does not pay for it. */
export async function loadSsh2() {
  const module = await import('ssh2');
  // A CommonJS module has its names on `default`, a bundle of it may have them on itself.
  return module.default ?? module;
}

export type Ssh2 = Pick<Awaited<ReturnType<typeof loadSsh2>>, 'BaseAgent' | 'Client' | 'utils'>;
