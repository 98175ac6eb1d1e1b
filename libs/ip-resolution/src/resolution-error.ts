import type { Finding, RefusedAddress } from './look-up.js';

/**
 * `host-not-found`: nobody knows the name. `address-refused`: the name has addresses, and none of them can be a
 * remote node's; `refused` lists them.
 */
export type ResolutionErrorCode = 'host-not-found' | 'address-refused';

export class ResolutionError extends Error {
  override readonly name = 'ResolutionError';
  readonly code: ResolutionErrorCode;
  readonly host: string;
  readonly refused: readonly RefusedAddress[];

  constructor(
    code: ResolutionErrorCode,
    host: string,
    refused: readonly RefusedAddress[],
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = code;
    this.host = host;
    this.refused = refused;
  }
}

/** The error for a host whose look-up came to `finding` and that no fallback stands in for. */
export function unresolved(
  host: string,
  finding: Extract<Finding, { kind: 'failed' }>,
  fallback: string | undefined,
): ResolutionError {
  const { refused, causes } = finding;
  const why = causes.map((cause) => cause.message).join('; ') || 'no address was given';
  const cause = causes.length > 1 ? new AggregateError(causes, why) : causes[0];
  const noUse = fallback === undefined ? '' : ` The fallback "${fallback}" is not an IP address.`;
  if (refused.length > 0) {
    const list = refused.map(({ address, reason }) => `${address} (${reason})`).join(', ');
    return new ResolutionError(
      'address-refused',
      host,
      refused,
      `"${host}" resolves to nothing but ${list}, which no remote node can have.${noUse} Give the node's address on the network itself, as its host or as its fallback.`,
      { cause },
    );
  }
  return new ResolutionError(
    'host-not-found',
    host,
    refused,
    `Cannot find an address for "${host}": ${why}.${noUse} Check the name (does "ping" know it?), or give the node's address as its host or as its fallback.`,
    { cause },
  );
}
