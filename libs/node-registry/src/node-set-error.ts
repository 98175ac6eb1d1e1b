/** A node set that cannot be read, or that names too many nodes. Branch on `code`. */
export class NodeSetError extends Error {
  override readonly name = 'NodeSetError';

  constructor(
    readonly code: 'node-set-invalid' | 'node-set-too-large',
    message: string,
  ) {
    super(message);
  }
}

export function invalid(text: string, reason: string): NodeSetError {
  return new NodeSetError('node-set-invalid', `${quoted(text)} is no node set: ${reason}.`);
}

export function tooLarge(text: string, limit: number): NodeSetError {
  const message = `${quoted(text)} names more than ${limit} nodes. Write it in several smaller sets.`;
  return new NodeSetError('node-set-too-large', message);
}

/** What was written, shortened, with control characters made visible. */
function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text);
}
