import type { Hooks } from '@cluster-execution/cluster';
import { exitCodes } from '../answers/exit-code.js';
import type { Interrupt } from './interrupt.js';
import { askAtTerminal } from './question.js';

/** Asks at the terminal, one question after the other: several commands share one. */
export function createAsker(interrupt: Interrupt): NonNullable<Hooks['ask']> {
  let before: Promise<unknown> = Promise.resolve();
  return (question, signal) => {
    const asked = before.then(async () => {
      const answer = signal.aborted ? 'interrupted' : await askAtTerminal(question, signal);
      if (answer !== 'interrupted') return answer;
      // While it asks, the terminal sends Ctrl-C as a character, not as a signal.
      if (!signal.aborted) interrupt.now(exitCodes.interrupted);
      return 'unavailable';
    });
    before = asked.catch(() => undefined); // told to who asked; the next question comes all the same
    return asked;
  };
}
