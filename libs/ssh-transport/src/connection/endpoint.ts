import { codeOf } from '../errors.js';
import { createBreaker, isPassing, type BreakerOptions } from './breaker.js';
import type { Connection } from './connection.js';
import { createLimit } from './limit.js';

export interface EndpointOptions extends BreakerOptions {
  /** Nobody wants a connection any more. */
  given(): boolean;
}

/** One SSH server as all who connect to it share it, whatever name and user they have for it. */
export interface Endpoint {
  /** One more connection. Tried again where that may help; refused at once while the server is known to be dead. */
  connect(dial: () => Promise<Connection>): Promise<Connection>;
}

/** sshd's MaxStartups drops connections by chance beyond ten who have not logged in; it counts them a little longer. */
const handshakesAtOnce = 6;

/** A server that turns us away is asked this often: for a quarter of a minute. */
const attemptsWhereBusy = 12;

export function createEndpoint(options: EndpointOptions): Endpoint {
  const places = createLimit(handshakesAtOnce);
  const breaker = createBreaker(options);
  return {
    async connect(dial) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await places.run(() => breaker.attempt(dial));
        } catch (error) {
          const busy = codeOf(error) === 'server-busy' && attempt < attemptsWhereBusy;
          if (options.given() || !(busy || (isPassing(error) && !breaker.dead))) throw error;
          // Jitter, so that many clients turned away together do not come back together.
          await pause(50 * 2 ** Math.min(attempt, 5) * (0.5 + options.random()));
        }
      }
    },
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
