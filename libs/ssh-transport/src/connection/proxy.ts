import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Duplex, type Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { messageOf, TransportError } from '../errors.js';
import { shownProxy, where, type ProxyCommand, type Route } from './route.js';

/** What a ProxyCommand has said on standard error is quoted from its end on. */
const quotedCharacters = 500;
/** What it left behind may hold its standard error open (`ssh` with ControlPersist does): its last words come by then. */
const lastWordsMs = 200;

/** The standard streams of a ProxyCommand, run by the user's shell as ssh_config(5) says. What it complains of is the error's. */
export async function proxyStream(route: Route, command: ProxyCommand, shell = '/bin/sh'): Promise<Duplex> {
  const failed = (what: string, hint: string, cause?: unknown) =>
    new TransportError('connect-failed', `The ProxyCommand to ${where(route)} ${what}`, { hint, cause });
  const child = spawn(shell, ['-c', `exec ${command.text}`], { stdio: ['pipe', 'pipe', 'pipe'] });
  const complaint = tailOf(child.stderr);
  await once(child, 'spawn').catch((error: unknown) => {
    const hint = `Is ${shell} there? Give another one as localShell (the environment’s SHELL names it).`;
    throw failed(`could not be started by ${shell}: ${messageOf(error)}.`, hint, error);
  });
  const stream = new Duplex({
    read: () => void child.stdout.resume(),
    // That nobody reads it is told by the end, which says why.
    write: (chunk, _encoding, done) => void child.stdin.write(chunk, (error) => (error ? undefined : done())),
    final: (done) => void child.stdin.end(done),
    destroy: (error, done) => (child.kill(), child.stderr.destroy(), done(error)),
  });
  child.stdin.on('error', () => undefined); // likewise
  child.stdout.on('data', (chunk) => stream.push(chunk) || child.stdout.pause());
  const ended = async () => {
    const [[code, signal]] = await Promise.all([once(child, 'exit'), once(child.stdout, 'close')]);
    await Promise.race([complaint.ended, pause(lastWordsMs)]);
    const said = complaint.text();
    const hint = `Run it in a terminal, where an SSH server should say its name: it is the ${shownProxy(command)}.`;
    const words = said === '' ? '.' : `, and said ${JSON.stringify(said)}.`;
    stream.destroy(failed(`ended with ${String(code ?? signal)}${words}`, hint));
  };
  void ended(); // it has begun: neither event fails to come
  return stream;
}

/** Reads all, and keeps the end of it. */
function tailOf(stream: Readable): { text(): string; ended: Promise<unknown> } {
  let tail = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    tail = (tail + chunk).slice(-quotedCharacters);
  });
  return { text: () => tail.trim(), ended: new Promise((resolve) => stream.once('close', resolve)) };
}
