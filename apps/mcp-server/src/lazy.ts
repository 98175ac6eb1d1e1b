/** Something that is opened when it is first wanted, once. */
export interface Lazy<T> {
  readonly begun: boolean;
  /** Opens it, or gives what is open or opening. Rejects each time where opening failed. */
  open(): Promise<T>;
}

export function createLazy<T>(make: () => Promise<T>): Lazy<T> {
  let opening: Promise<T> | undefined;
  return {
    get begun() {
      return opening !== undefined;
    },
    open: () => (opening ??= make()),
  };
}
