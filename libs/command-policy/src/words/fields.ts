import { bounded, mark } from './marks.js';

/** Puts a word's pieces together and splits where the shell would: in what an unquoted expansion gave. */
export class Fields {
  readonly #done: string[] = [];
  #current = '';
  #open = false;

  /** Characters that are never split. */
  add(text: string): void {
    this.#current = bounded(this.#current + text);
    this.#open = true;
  }

  /** What an unquoted expansion gave: split at IFS, its pattern characters active. */
  addSplit(text: string, separators: string): void {
    const patterned = text.replaceAll('*', mark.star).replaceAll('?', mark.any);
    if (separators === '') return patterned === '' ? undefined : this.add(patterned);
    let piece = '';
    for (const char of patterned) {
      if (!separators.includes(char)) {
        piece += char;
        continue;
      }
      if (piece !== '') this.add(piece);
      piece = '';
      this.#close();
    }
    if (piece !== '') this.add(piece);
    return undefined;
  }

  /** `"$@"`: the first joins what stands before it, the last what follows. */
  addFields(items: readonly string[]): void {
    items.forEach((item, i) => {
      if (i > 0) this.#close();
      this.add(item);
    });
  }

  finish(): readonly string[] {
    this.#close();
    return this.#done;
  }

  #close(): void {
    if (this.#open) this.#done.push(bounded(this.#current));
    this.#current = '';
    this.#open = false;
  }
}
