import type { Duplex } from 'node:stream';

/**
 * Sends together what is written in one turn of the event loop. ssh2 writes a packet in three pieces (length, body,
 * tag); without Nagle's delay each would be a TCP segment and a system call of its own. Gives the same stream.
 */
export function joinWrites<Stream extends Duplex>(stream: Stream): Stream {
  const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
  let joining = false;
  const release = () => {
    joining = false;
    stream.uncork();
  };
  stream.write = (...args: unknown[]) => {
    if (!joining) {
      joining = true;
      stream.cork();
      process.nextTick(release);
    }
    return write(...args);
  };
  return stream;
}
