import { TransportError } from '../errors.js';

/** What `work` gives, or the reason of `signal` if that comes first. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason as TransportError);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** A signal that is aborted with `given`, for a reason of ours. */
export function follow(given: AbortSignal | undefined): { signal: AbortSignal; leave: () => void } {
  const own = new AbortController();
  const onAbort = () =>
    own.abort(
      new TransportError('cancelled', 'The transfer was cancelled.', {
        hint: 'Call again if it is still wanted.',
        cause: given?.reason,
      }),
    );
  given?.addEventListener('abort', onAbort, { once: true });
  if (given?.aborted === true) onAbort();
  return { signal: own.signal, leave: () => given?.removeEventListener('abort', onAbort) };
}
