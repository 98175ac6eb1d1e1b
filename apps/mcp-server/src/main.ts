#!/usr/bin/env node
import { tooOld } from './node-version.js';

// Nothing else may be imported here: on an old Node it would fail before it could be said why.
const problem = tooOld(process.versions.node);
if (problem === undefined) {
  const { start } = await import('./start.js');
  await start(process.argv.slice(2));
} else {
  process.stderr.write(`cluster-execution-mcp: ${problem}\n`);
  process.exitCode = 2;
}
