import { spawn } from 'node:child_process';
import { root } from './root.mjs';

/**
 * @typedef {object} Ended
 * @property {number} code the exit code; 128 + n after signal n; 127 where it could not be started
 * @property {string} output standard output and standard error as they came; empty where `show` was set
 *
 * @typedef {object} Options
 * @property {string} [cwd] default: the root of this clone
 * @property {NodeJS.ProcessEnv} [env] default: our own
 * @property {boolean} [show] standard streams are ours; else they are captured and standard input is empty
 */

const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGABRT: 6, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 };

/**
 * Runs a program to its end. A failure is told by the code, never thrown.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {Options} [options]
 * @returns {Promise<Ended>}
 */
export function run(program, args, { cwd = root, env = process.env, show = false } = {}) {
  return new Promise((resolve) => {
    const stdio = show ? /** @type {const} */ ('inherit') : /** @type {const} */ (['ignore', 'pipe', 'pipe']);
    const child = spawn(program, args, { cwd, env, stdio });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => (output += text));
    }
    const release = passSignalsOn(child);
    child.on('error', (error) => {
      release();
      resolve({ code: 127, output: `${program} could not be started: ${error.message}\n` });
    });
    child.on('close', (code, signal) => {
      release();
      resolve({ code: code ?? 128 + (signalNumbers[signal ?? ''] ?? 0), output });
    });
  });
}

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
const onInterrupt = () => {};
const onTerminate = () => running.forEach((child) => child.kill('SIGTERM'));

/** While a child runs, it decides what a signal means: a terminal's Ctrl-C reaches it anyway, others are passed on. */
function passSignalsOn(child) {
  if (running.size === 0) process.on('SIGINT', onInterrupt).on('SIGTERM', onTerminate);
  running.add(child);
  return () => {
    running.delete(child);
    if (running.size === 0) process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate);
  };
}
