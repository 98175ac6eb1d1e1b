import { setTimeout as delay } from 'node:timers/promises';

/** Closed until somebody opens it. */
export interface Gate {
  opened: Promise<void>;
  open(): void;
}

export function gate(): Gate {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

const looks = 4;
const betweenMs = 50;

/** What `look` gives once it has given the same several times in turn. */
export async function stableValue(look: () => Promise<number>): Promise<number> {
  let value = await look();
  for (let same = 0; same < looks; same += 1) {
    await delay(betweenMs);
    const now = await look();
    if (now !== value) same = 0;
    value = now;
  }
  return value;
}
