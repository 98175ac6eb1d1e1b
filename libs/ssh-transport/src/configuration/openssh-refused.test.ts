import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { resolve, setUpCases, ssh, type Case } from './testing/openssh.js';

const setUp = setUpCases();

const REFUSED: Case[] = [
  { name: 'an unknown keyword', text: 'User q\n\nBogus 1\n' },
  { name: 'an unknown keyword in a block that applies not', text: 'Host bar\n\nBogus 1\n' },
  { name: 'no argument', text: '\n\nPort\n' },
  { name: 'an empty argument', text: '\n\nUser ""\n' },
  { name: 'an extra argument', text: '\n\nPort 22 33\n' },
  { name: 'a bad port', text: '\n\nPort 22x\n' },
  { name: 'port 0', text: '\n\nPort 0\n' },
  { name: 'port 65536', text: '\n\nPort 65536\n' },
  { name: 'an equals sign too many', text: '\n\nPort==22\n' },
  { name: 'an open quote', text: '\n\nHost "foo\n' },
  { name: 'a Host without patterns', text: '\n\nHost\n' },
  { name: 'a Match without conditions', text: '\n\nMatch\n' },
  { name: 'a Match of something unknown', text: '\n\nMatch moon full\n' },
  { name: 'a Match without its argument', text: '\n\nMatch host foo user\n' },
  { name: 'a Match of all and more', text: '\n\nMatch all host foo\n' },
  { name: 'a bad flag', text: '\n\nIdentitiesOnly maybe\n' },
  { name: 'a bad flag that we do not honour', text: '\n\nForwardX11 maybe\n' },
  { name: 'a bad time', text: '\n\nConnectTimeout 1x\n' },
  { name: 'a bad number', text: '\n\nServerAliveCountMax -3\n' },
  { name: 'a bad word', text: '\n\nAddressFamily x\n' },
  { name: 'bad checking', text: '\n\nStrictHostKeyChecking perhaps\n' },
  { name: 'a bad jump', text: '\n\nProxyJump a, b\n' },
  { name: 'a jump to port 0', text: '\n\nProxyJump x:0\n' },
  { name: 'a variable without value to set', text: '\n\nSetEnv A\n' },
  { name: 'a variable with value to send', text: '\n\nSendEnv A=b\n' },
  { name: 'none among files', text: '\n\nUserKnownHostsFile none a\n' },
  { name: 'a token without meaning', text: '\n\nHostName %x.example\n' },
  { name: 'a variable that is not set', text: '\n\nUserKnownHostsFile ${NOPE}/y\n' },
  {
    name: 'an unknown keyword in an included file',
    text: '\n\nInclude @/one\n',
    files: { one: '\n\nBogus\n' },
  },
  { name: 'a file that includes itself', text: '\n\nInclude @/config\n' },
];

describe('what ssh refuses, refused with file and line', () => {
  test.each(REFUSED)('$name', (row) => {
    const file = setUp(row);
    expect(ssh(row, ['-G'], file).status).not.toBe(0);
    const expected = row.files ? join(file, '..', 'one') : file;
    expect(() => resolve(row, file)).toThrow(
      expect.objectContaining({ code: 'ssh-configuration-invalid', file: expected, line: 3 }),
    );
  });
});
