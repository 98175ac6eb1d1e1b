/** What source in another language would do that is worth following: a shell line, a command's words, a notice. */
export type CodeAction =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | {
      readonly kind: 'notice';
      readonly effect: 'run-opaque' | 'fork-loop' | 'run-download' | 'reverse-shell' | 'exhaust-memory';
      readonly detail: string;
    };

export type Language =
  'python' | 'perl' | 'ruby' | 'javascript' | 'php' | 'lua' | 'c' | 'awk' | 'sed' | 'editor' | 'other';
