import type { AskSecret } from '@cluster-execution/cluster';
import { askSecretAtTerminal } from './question.js';

/** Asks at the terminal for what nodes want to know of a person, for one node after the other. */
export function createSecretAsker(onInterrupt: () => void): AskSecret {
  let before: Promise<unknown> = Promise.resolve();
  return (host, { prompt, echo, attempt }, signal) => {
    const again = attempt > 1 ? 'Permission denied, please try again.\n' : '';
    const asked = before.then(async () => {
      if (signal.aborted) return undefined;
      const result = await askSecretAtTerminal(`${again}(${host}) ${prompt}`, echo, signal);
      if (typeof result === 'object') return result.answer;
      // While it asks, the terminal sends Ctrl-C as a character, not as a signal.
      if (result === 'interrupted') onInterrupt();
      return undefined;
    });
    before = asked.catch(() => undefined); // told to who asked; the next question comes all the same
    return asked;
  };
}
