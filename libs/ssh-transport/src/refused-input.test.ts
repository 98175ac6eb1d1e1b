import { getMaxListeners } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { loadSshConfiguration } from './configuration/index.js';
import type { Target, TransportOptions } from './options.js';
import type { RunRequest } from './process/exit.js';
import { createTransport, type Transport } from './transport.js';

const who: TransportOptions = { localUser: 'me', home: '/nowhere', attempts: 1 };
const configuration = loadSshConfiguration({
  files: [{ path: 'config' }],
  readFile: () => 'Host alias\n  HostName 127.0.0.1\n  Port 1\n',
  listFolder: () => undefined,
  home: '/nowhere',
  localUser: 'me',
  localHostname: 'here',
  env: {},
});

const opened: Transport[] = [];
afterEach(() => {
  for (const transport of opened.splice(0)) transport.close();
});

function refusal(target: Target, request: RunRequest, over: Partial<TransportOptions> = {}) {
  const transport = createTransport({ ...who, ...over });
  opened.push(transport);
  return transport.run(target, request).catch((error: unknown) => error);
}

describe.each([{}, { configuration }])('a target that is none is told as that: %j', (over) => {
  test.each<[Target, string]>([
    [{ host: '' }, 'Give a plain host name'],
    [{ host: '  ' }, 'Give a plain host name'],
    [{ host: 'a b' }, 'Give a plain host name'],
    [{ host: 'me@x' }, '{"host":"x","user":"me"}'],
    [{ host: 'x:22' }, '{"host":"x","port":22}'],
    [{ host: '[::1]' }, '{"host":"::1"}'],
    [{ host: 'ssh://me@x:2' }, '{"host":"x","user":"me","port":2}'],
    [{ host: 'x', user: '' }, 'the name that the user has'],
    ...[0, -1, 65_536, 1.5, NaN].map((port): [Target, string] => [{ host: 'x', port }, 'from 1 to 65535']),
    [{ host: '127.0.0.1', jump: ['bad host:xx'] }, 'user@host:port'],
  ])('%j', async (target, hint) => {
    expect(await refusal(target, { command: 'true' }, over)).toMatchObject({
      code: 'ssh-destination-invalid',
      hint: expect.stringContaining(hint),
    });
  });

  test.each(['127.0.0.1', '::1'])('%s is an address', async (host) => {
    expect(await refusal({ host, port: 1 }, { command: 'true' }, over)).not.toMatchObject({
      code: 'ssh-destination-invalid',
    });
  });
});

test.each<Partial<TransportOptions>>([
  { connectTimeoutMs: -5 },
  { connectTimeoutMs: NaN },
  { handshakeTimeoutMs: 0 },
  { idleMs: Infinity },
  { keepaliveMs: NaN },
  { attempts: 0 },
])('the options %j make no transport', (over) => {
  expect(() => createTransport({ ...who, ...over })).toThrow(
    expect.objectContaining({
      code: 'options-invalid',
      message: expect.stringContaining(Object.keys(over).join()),
    }),
  );
});

/** What a program without types may hand over. */
const untyped = (text: string) => JSON.parse(text) as RunRequest;

test.each<[RunRequest, string]>([
  [{ command: 'true', timeoutMs: 0 }, 'timeoutMs is 0'],
  [{ command: 'true', timeoutMs: -1 }, 'timeoutMs is -1'],
  [{ command: 'true', timeoutMs: NaN }, 'timeoutMs is NaN'],
  [untyped('{"command":"true","env":{"A":null}}'), 'env A is null'],
  [untyped('{"command":"true","env":{"A":5}}'), 'env A is of the type number'],
  [untyped('{"command":5}'), 'command is of the type number'],
  [untyped('{"command":"true","cwd":5}'), 'cwd is of the type number'],
  [untyped('{"command":"true","stdin":{}}'), 'stdin is of the type object'],
  [{ command: 'a\0b' }, 'NUL character at 1'],
  [{ command: 'true', env: { 'a-b': 'x' } }, 'not a name'],
])('the request %j is refused', async (request, message) => {
  const error = await refusal({ host: '127.0.0.1', port: 1 }, request);
  expect(error).toMatchObject({
    code: 'request-invalid',
    message: expect.stringContaining(message),
    hint: expect.stringMatching(/./),
  });
});

test.each([
  ['to', 'upload', { from: 'a', to: 'b\0c' }],
  ['from', 'upload', { from: 'a\0', to: 'b' }],
  ['from', 'download', { from: 'a\0', to: 'b' }],
  ['to', 'download', { from: 'a', to: '\0' }],
] as const)('a NUL in the path %s of an %s', async (name, move, paths) => {
  const transport = createTransport(who);
  opened.push(transport);
  await expect(transport[move]({ host: '127.0.0.1', port: 1 }, paths)).rejects.toMatchObject({
    code: 'request-invalid',
    message: expect.stringContaining(`given as ${name}`),
  });
});

test('one signal may be shared by many commands: Node is to warn of no leak', async () => {
  const { signal } = new AbortController();
  await refusal({ host: '127.0.0.1', port: 1 }, { command: 'true', signal });
  expect(getMaxListeners(signal)).toBe(0); // no limit
});
