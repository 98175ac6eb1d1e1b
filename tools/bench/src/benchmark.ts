import type { Stand } from './stand.js';
import type { Row } from './row.js';

/** One file below `benchmarks/`, one line in `benchmarks.ts`. */
export interface Benchmark {
  /** For `--only`. */
  name: string;
  /** Throws where it could not run; a target that is missed is a row like others. */
  run(stand: Stand): Promise<Row[]>;
}
