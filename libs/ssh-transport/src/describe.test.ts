import { expect, test } from 'vitest';
import { loadSshConfiguration } from './configuration/index.js';
import { createTransport } from './transport.js';

async function describeBy(text: string, host: string) {
  const configuration = loadSshConfiguration({
    files: [{ path: 'config' }],
    readFile: () => text,
    listFolder: () => undefined,
    home: '/nowhere',
    localUser: 'me',
    localHostname: 'here',
    env: {},
  });
  const transport = createTransport({ localUser: 'me', home: '/nowhere', configuration });
  const described = await transport.describe({ host });
  transport.close();
  return described;
}

test('tells each host of a way that goes round once, and that it does', async () => {
  const hops = await describeBy('Host a\n  ProxyJump b\nHost b\n  ProxyJump c\nHost c\n  ProxyJump b\n', 'a');
  expect(hops.map(({ hostName }) => hostName)).toEqual(['a', 'b', 'c']);
  expect(hops[0]?.notes).toContainEqual(expect.stringContaining('never come to an end'));
});

test('says nothing of the kind of a long way', async () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const text = names
    .map((name, index) => `Host ${name}\n  ProxyJump ${names[index + 1] ?? 'none'}\n`)
    .join('');
  const hops = await describeBy(text, 'a');
  expect(hops.map(({ hostName, notes }) => ({ hostName, notes }))).toEqual(
    names.map((hostName) => ({ hostName, notes: [] })),
  );
});

test('says that the variable with the agent is not set', async () => {
  const [hop] = await describeBy('IdentityAgent $NOT_SET_HERE\n', 'a');
  expect(hop?.notes).toEqual(['No agent is asked: IdentityAgent names $NOT_SET_HERE, which is not set.']);
});
