import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { ServerChannel } from 'ssh2';
import { errorCode } from './lab-error.js';

type PipedChild = ChildProcess & { stdin: NodeJS.WritableStream; stdout: Readable; stderr: Readable };

/** Joins a channel to a command that runs: its streams with back-pressure, then its end, as OpenSSH's server does. */
export function joinChannel(channel: ServerChannel, child: PipedChild): void {
  feedInput(channel, child);
  const send = createOutlet(channel);
  let open = 3; // standard output, standard error, the command itself
  const finishOne = () => {
    open -= 1;
    // What a command left in the background holds its output open, and so the channel, as with OpenSSH.
    if (open === 0) channel.end();
  };
  forward(child.stdout, (bytes, sent) => send(channel, bytes, sent), finishOne);
  forward(child.stderr, (bytes, sent) => send(channel.stderr, bytes, sent), finishOne);
  child.once('exit', (code, signal) => {
    if (signal === null) channel.exit(code ?? 255);
    else channel.exit(signal.replace(/^SIG/, ''), false, '');
    finishOne();
  });
  channel.once('close', () => {
    // Nobody reads any more: the command finds its pipes closed, and is not killed.
    channel.unpipe();
    child.stdin.end();
    child.stdout.destroy();
    child.stderr.destroy();
  });
}

function feedInput(channel: ServerChannel, child: PipedChild): void {
  child.stdin.on('error', (error) => {
    channel.unpipe();
    channel.resume(); // the command reads no more; what still comes is thrown away so that the window stays open
    if (!['EPIPE', 'ECONNRESET'].includes(errorCode(error) ?? '')) throw error;
  });
  channel.pipe(child.stdin);
}

function forward(source: Readable, send: (bytes: Buffer, sent: () => void) => void, ended: () => void): void {
  let pending = 0;
  let over = false;
  const settle = () => {
    if (over && pending === 0) ended();
  };
  source.on('data', (bytes: Buffer) => {
    pending += 1;
    source.pause();
    send(bytes, () => {
      pending -= 1;
      source.resume();
      settle();
    });
  });
  source.once('end', () => {
    over = true;
    settle();
  });
}

/**
 * One write at a time over both streams. ssh2 1.17 keeps what it could not send for want of window in four fields
 * that it never empties, and sends a stale one again when the other stream is the one that waits.
 */
function createOutlet(channel: ServerChannel) {
  const waiting: { sink: NodeJS.WritableStream; bytes: Buffer; sent: () => void }[] = [];
  let busy = false;
  const next = () => {
    const item = waiting.shift();
    if (item === undefined) return;
    busy = true;
    for (const field of ['_chunk', '_chunkcb', '_chunkErr', '_chunkcbErr'])
      Reflect.set(channel, field, undefined);
    item.sink.write(item.bytes, () => {
      busy = false;
      item.sent();
      if (!busy) next();
    });
  };
  return (sink: NodeJS.WritableStream, bytes: Buffer, sent: () => void) => {
    waiting.push({ sink, bytes, sent });
    if (!busy) next();
  };
}
