import { expect, test } from 'vitest';
import { withAccount } from './account.js';

const files = {
  passwd: 'root:x:0:0:root:/root:/bin/bash\nann:x:1000:1000::/home/ann:/bin/sh\n',
  group: 'root:x:0:\nstaff:x:50:\n',
  shadow: 'root:!:19000:0:99999:7:::\n',
};
const dev = { name: 'dev', uid: 4200, gid: 4200, shell: '/bin/zsh' };

test('somebody new is one line more in each file', () => {
  const made = withAccount(files, dev, '/lab/home');
  expect(made.passwd).toBe(`${files.passwd}dev:x:4200:4200:lab:/lab/home:/bin/zsh\n`);
  expect(made.group).toBe(`${files.group}dev:x:4200:\n`);
  expect(made.shadow).toBe(`${files.shadow}dev:*:19000:0:99999:7:::\n`);
});

test('somebody has a password where one is given', () => {
  const { shadow } = withAccount(files, { ...dev, passwordHash: '$6$salt$hash' }, '/lab/home');
  expect(shadow).toBe(`${files.shadow}dev:$6$salt$hash:19000:0:99999:7:::\n`);
});

test('somebody known is found once, with the new home and shell, and is no longer locked', () => {
  const made = withAccount(files, { name: 'root', uid: 0, gid: 0, shell: '/bin/zsh' }, '/lab/home');
  expect(made.passwd.split('\n').filter((line) => line.startsWith('root:'))).toEqual([
    'root:x:0:0:lab:/lab/home:/bin/zsh',
  ]);
  expect(made.group).toBe(files.group);
  expect(made.shadow).toBe('root:*:19000:0:99999:7:::\n');
});
