/** A part of the command line, in UTF-16 offsets: `[start, end)`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A word as evaluated; unknown parts are marks. */
export interface Arg {
  readonly text: string;
  readonly span: Span;
}

/** Where something runs, and what of the machine around it can be reached from there. */
export interface Place {
  readonly kind: 'node' | 'host' | 'container';
  /** Goes away by itself (`docker run`), so that only what is mounted matters. */
  readonly throwaway: boolean;
  readonly mounts: readonly { readonly from: string; readonly to: string }[];
}

export const thisNode: Place = { kind: 'node', throwaway: false, mounts: [] };

export interface Redirect {
  readonly operator: string;
  readonly descriptor: number | undefined;
  readonly target: Arg;
}

/** A program about to run, as far as the text tells. */
export interface Call {
  /** Its plain name: no folder, no version suffix of a path; empty for a redirection alone. */
  readonly program: string;
  /** The command word as evaluated. */
  readonly name: Arg;
  readonly args: readonly Arg[];
  /** Assignments in front of it (`A=b cmd`), those of `env` too. */
  readonly variables: ReadonlyMap<string, string>;
  /** What it reads, where that can be told. */
  readonly input: string | undefined;
  readonly redirects: readonly Redirect[];
  readonly frames: readonly string[];
  readonly place: Place;
  readonly cwd: string;
  readonly span: Span;
  /** shell: the line itself or a shell inside it; code: guessed from another language's source. */
  readonly source: 'shell' | 'code';
}

/** Something noticed while following the line that no single call shows. */
export interface Notice {
  readonly effect:
    | 'run-download'
    | 'run-installer'
    | 'run-opaque'
    | 'run-unknown'
    | 'fork-loop'
    | 'reverse-shell'
    | 'exhaust-memory'
    | 'poison-environment'
    | 'tamper-history'
    | 'send-data'
    | 'change-scheduled';
  readonly detail: string;
  readonly span: Span;
  readonly frames: readonly string[];
  readonly place: Place;
}
