/** Memory as systeminformation tells it, in bytes. */
export interface SystemMemory {
  readonly total: number;
  readonly available: number;
  readonly swaptotal: number;
  readonly swapused: number;
}
