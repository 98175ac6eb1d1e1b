import { startLab, type Lab, type LabNode } from '@cluster-execution/lab';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { Target, TransportOptions } from '../../options.js';
import { collect } from '../../testing/collect.js';
import { setUpLabs, targetOf } from '../../testing/labs.js';
import type { Transport } from '../../transport.js';

/** A node for all tests of a file, up at the start of each; one attempt to reach it, so that its faults show. */
export function setUpNode() {
  const { here, start, open: openTo } = setUpLabs('faults');
  let lab: Lab;
  let node: LabNode;

  beforeAll(async () => {
    lab = await startLab({ nodes: 1 });
    node = lab.node('n1');
  });
  afterAll(() => lab.close());
  beforeEach(() => node.start());

  const open = (over: Partial<TransportOptions> = {}) => openTo(lab, { attempts: 1, ...over });
  const target = (): Target => targetOf(lab);

  /** What a command is refused with; nothing has run then. */
  const refusal = (transport: Transport, command = 'true', at = target()): Promise<unknown> =>
    transport.run(at, { command }).then(
      ({ exit }) => exit,
      (error: unknown) => error,
    );

  /** What a command prints on standard output. */
  const printed = async (transport: Transport, command: string) =>
    (await collect(transport, target(), command)).stdout;

  return { here, start, open, lab: () => lab, node: () => node, target, refusal, printed };
}

/** Something that is waited for. */
export function moment() {
  let come: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    come = resolve;
  });
  return { promise, resolve: () => come() };
}
