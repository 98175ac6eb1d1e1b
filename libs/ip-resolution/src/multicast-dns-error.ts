/** `multicast-unavailable`: no interface could be asked. `invalid-name`: what was asked for is no host name. */
export type MulticastDnsErrorCode = 'multicast-unavailable' | 'invalid-name';

export class MulticastDnsError extends Error {
  override readonly name = 'MulticastDnsError';
  readonly code: MulticastDnsErrorCode;

  constructor(code: MulticastDnsErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
