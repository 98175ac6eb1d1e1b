#!/usr/bin/env node
import { tooOld } from './node-version.js';

// Nothing else may be imported here: on an old Node it would fail before it could be said why.
const problem = tooOld(process.versions.node);
if (problem === undefined) {
  const { runProgram } = await import('./program.js');
  process.exitCode = await runProgram(process.argv);
} else {
  process.stderr.write(`cluster-router: ${problem}\n`);
  process.exitCode = 2;
}
