/**
 * Does `work` for up to `depth` items at a time, and gives the results in the items' order. Nothing new is begun once
 * one has failed or the reader has left.
 */
export async function* ahead<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  depth: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const flying: Promise<() => Result>[] = [];
  for await (const item of items) {
    flying.push(outcome(work(item)));
    const first = flying.length < depth ? undefined : flying.shift();
    if (first !== undefined) yield (await first)();
  }
  for (const each of flying) yield (await each)();
}

/** Never rejects, so that nobody has to be there when it fails. */
function outcome<Result>(work: Promise<Result>): Promise<() => Result> {
  return work.then(
    (result) => () => result,
    (error: unknown) => () => {
      throw error;
    },
  );
}
