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
  /**
   * One more connection, by the way that `find` gives. Tried again where that may help; refused at once while the server
   * is known to be dead. The way is found anew for each attempt, and apart: it has places and a health of its own.
   */
  connect<Way>(find: () => Promise<Way>, dial: (way: Way) => Promise<Connection>): Promise<Connection>;
}

/** sshd's MaxStartups drops connections by chance beyond ten who have not logged in; it counts them a little longer. */
const handshakesAtOnce = 6;

/** A server that turns us away is asked this often: for a quarter of a minute. */
const attemptsWhereBusy = 12;

export function createEndpoint(options: EndpointOptions): Endpoint {
  const places = createLimit(handshakesAtOnce);
  const breaker = createBreaker(options);
  return {
    async connect(find, dial) {
      for (let attempt = 1; ; attempt += 1) {
        const way = await find();
        try {
          return await places.run(() => breaker.attempt(() => dial(way)));
        } catch (error) {
          const busy = codeOf(error) === 'server-busy' && attempt < attemptsWhereBusy;
          const lostOnTheWay = codeOf(error) === 'connection-closed' && attempt < options.attempts;
          if (options.given() || !(busy || lostOnTheWay || (isPassing(error) && !breaker.dead))) throw error;
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
