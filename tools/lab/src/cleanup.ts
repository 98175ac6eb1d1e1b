/**
 * Runs `clean` when this process ends on its own, by an uncaught error or by a signal that would end it, and
 * gives the function that takes the hooks away again. What is run must do all its work at once.
 */
export function cleanUpOnExit(clean: () => void): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const onSignal = (signal: NodeJS.Signals) => {
    release();
    clean();
    // Somebody else who listens decides about the end; with nobody left, the signal does what it would have done.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  const release = () => {
    process.off('exit', clean);
    for (const signal of signals) process.off(signal, onSignal);
  };
  process.on('exit', clean);
  for (const signal of signals) process.on(signal, onSignal);
  return release;
}
