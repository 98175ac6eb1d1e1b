import type { Outcome } from '@cluster-execution/cluster';
import { describe, expect, it } from 'vitest';
import { exitCodeOf } from './exit-code.js';

const outcome = (fields: Partial<Outcome>): Outcome => ({
  status: 'completed',
  success: false,
  command: 'x',
  auto_routed: true,
  stdout: '',
  stderr: '',
  stdout_bytes: 0,
  stderr_bytes: 0,
  truncated: false,
  ...fields,
});

describe('exitCodeOf', () => {
  it.each([
    [{ status: 'completed', return_code: 0 }, 0],
    [{ status: 'failed', return_code: 3 }, 3],
    [{ status: 'failed', signal: 'SIGKILL' }, 137],
    [{ status: 'failed', signal: 'SIGTERM' }, 143],
    [{ status: 'timeout' }, 124],
    [{ status: 'lost' }, 125],
    [{ status: 'unreachable' }, 125],
    [{ status: 'unschedulable' }, 125],
    [{ status: 'denied' }, 126],
    [{ status: 'needs_approval' }, 126],
    [{ status: 'cancelled' }, 130],
    [{ status: 'invalid', error_code: 'invalid-arguments' }, 2],
    [{ status: 'invalid', error_code: 'command-empty' }, 2],
    [{ status: 'invalid', error_code: 'unknown-node' }, 125],
  ] satisfies [Partial<Outcome>, number][])('%o is %i', (fields, code) => {
    expect(exitCodeOf(outcome(fields))).toBe(code);
  });
});
