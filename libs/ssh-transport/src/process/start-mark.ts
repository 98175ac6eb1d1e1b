const newline = 0x0a;
/** Enough for any banner of a login shell; more than this before the mark is thrown away from the front. */
const keptNoiseBytes = 4096;

/**
 * Takes off what a login shell prints before the command begins. Bytes go in as they come; `push` gives back what
 * belongs to the command (after the mark), and calls `onSeen` once with the text that follows the mark on its line.
 */
export interface StartMark {
  push(chunk: Buffer): Buffer | undefined;
  readonly seen: boolean;
  /** What came before the mark, or all of it where the mark never came. */
  noise(): string;
}

/** `follows`: what the rest of the mark's line must look like. A shell that shows what it does prints the mark too. */
export function createStartMark(mark: string, follows: RegExp, onSeen: (rest: string) => void): StartMark {
  let held: Buffer = Buffer.alloc(0);
  let noise = '';
  let seen = false;

  function take(chunk: Buffer): Buffer | undefined {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    for (;;) {
      const end = held.indexOf(newline);
      if (end === -1) {
        if (held.length > keptNoiseBytes) held = held.subarray(-keptNoiseBytes);
        return undefined;
      }
      const line = held.toString('utf8', 0, end);
      held = held.subarray(end + 1);
      // A login shell may leave its last words without a newline before the mark.
      const at = line.lastIndexOf(mark);
      const rest = line.slice(at + mark.length).trim();
      if (at !== -1 && follows.test(rest)) {
        seen = true;
        noise += line.slice(0, at);
        onSeen(rest);
        return held.length > 0 ? held : undefined;
      }
      noise = `${noise}${line}\n`.slice(-keptNoiseBytes);
    }
  }

  return {
    push: (chunk) => (seen ? chunk : take(chunk)),
    get seen() {
      return seen;
    },
    noise: () => (seen ? noise : noise + held.toString('utf8')),
  };
}
