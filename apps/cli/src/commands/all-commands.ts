import { approve } from './approve.js';
import { cancel } from './cancel.js';
import { clusterStatus } from './cluster-status.js';
import type { CreateCommand } from './command.js';
import { demo } from './demo.js';
import { doctor } from './doctor.js';
import { logs } from './logs.js';
import { parallel } from './parallel.js';
import { plan } from './plan.js';
import { policy } from './policy.js';
import { ssh } from './ssh.js';
import { status } from './status.js';
import { submit } from './submit.js';
import { tasks } from './tasks.js';

/** Every command, in the order in which the help lists them. */
export const commands: readonly CreateCommand[] = [
  submit,
  parallel,
  plan,
  tasks,
  status,
  logs,
  cancel,
  approve,
  clusterStatus,
  ssh,
  policy,
  doctor,
  demo,
];
