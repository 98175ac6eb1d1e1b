import { describe, expect, test } from 'vitest';
import { formatDestination, loadSshConfiguration, parseDestination } from './index.js';

function load(files: Record<string, string>, system: readonly string[] = []) {
  const paths = Object.keys(files);
  return loadSshConfiguration({
    files: ['/home/ann/.ssh/config', '/etc/ssh/ssh_config'].map((path) => ({
      path,
      system: path.startsWith('/etc'),
    })),
    readFile: (path) => files[path],
    listFolder: (folder) =>
      paths
        .filter((path) => path.slice(0, path.lastIndexOf('/')) === folder)
        .map((path) => path.slice(folder.length + 1)),
    home: '/home/ann',
    localUser: 'ann',
    localUserId: 1000,
    localHostname: 'desk.example',
    env: { MINE: '/run/mine.sock', ...Object.fromEntries(system.map((name) => [name, ''])) },
  });
}

const own = (text: string) => load({ '/home/ann/.ssh/config': text });

describe('loadSshConfiguration', () => {
  test('names the literal hosts, in order, included ones too, each once', () => {
    const loaded = load({
      '/home/ann/.ssh/config': 'Host b a* !c d\nInclude extra\nHost b e?\nMatch host x\nHost z\n',
      '/home/ann/.ssh/extra': 'Host in\n',
    });
    expect(loaded.hosts()).toEqual(['b', 'd', 'in', 'z']);
    expect(loaded.files).toEqual(['/home/ann/.ssh/config', '/home/ann/.ssh/extra']);
  });

  test('reads the system file last, with its includes relative to /etc/ssh', () => {
    const loaded = load({
      '/home/ann/.ssh/config': 'Host x\nPort 3\n',
      '/etc/ssh/ssh_config': 'Include ssh_config.d/*.conf\nPort 4\nUser root\n',
      '/etc/ssh/ssh_config.d/a.conf': 'User adm\n',
    });
    expect(loaded.resolve('x')).toMatchObject({ port: 3, user: 'adm' });
    expect(loaded.resolve('y')).toMatchObject({ port: 4, user: 'adm' });
  });

  test('no files at all', () => {
    expect(load({}).resolve('x')).toEqual({
      hostName: 'x',
      port: 22,
      identityFiles: [],
      certificateFiles: [],
      identitiesOnly: false,
      setEnv: {},
      sendEnv: [],
      addressFamily: 'any',
      loginMethods: ['publickey', 'keyboard-interactive', 'password'],
      passwordPrompts: 3,
      unsupported: [],
    });
  });

  test('a tilde in an include of a system file is refused, as ssh does', () => {
    expect(() => load({ '/etc/ssh/ssh_config': 'Include ~/x\n' })).toThrow(/line 1: bad include path/);
  });

  test('tags', () => {
    expect(own('Tag a\nMatch tagged a\nPort 3\n').resolve('x').port).toBe(3);
  });
});

describe('identityAgent', () => {
  test.each([
    ['none', 'none'],
    ['SSH_AUTH_SOCK', undefined],
    ['$MINE', '/run/mine.sock'],
    ['${MINE}', '/run/mine.sock'],
    ['$MISSING', 'none'],
    ['~/agent-%r', '/home/ann/agent-ann'],
  ])('%s is %s', (value, expected) => {
    expect(own(`IdentityAgent ${value}\n`).resolve('x').identityAgent).toBe(expected);
  });

  test('a name that is no variable is refused', () => {
    expect(() => own('IdentityAgent $1x\n').resolve('x')).toThrow(expect.objectContaining({ line: 1 }));
  });
});

describe('unsupported', () => {
  test('names what matters for this host, where it is set', () => {
    const loaded = own(
      'Host a\nCiphers aes128-ctr\nPKCS11Provider ~/c\nForwardAgent no\nHost b\nForwardAgent yes\nMACs x\nMatch exec "true"\nUser q\n',
    );
    const file = '/home/ann/.ssh/config';
    const exec = { keyword: 'Match exec', file, line: 8 };
    expect(loaded.resolve('a').unsupported).toEqual([
      { keyword: 'Ciphers', file, line: 2 },
      { keyword: 'PKCS11Provider', file, line: 3 },
      exec,
    ]);
    expect(loaded.resolve('b').unsupported).toEqual([
      { keyword: 'ForwardAgent', file, line: 6 },
      { keyword: 'MACs', file, line: 7 },
      exec,
    ]);
    expect(loaded.resolve('b').user).toBeUndefined();
  });

  test('a condition that is not looked into counts only where the others hold', () => {
    expect(own('Match host y !exec "false"\nUser q\n').resolve('x').unsupported).toEqual([]);
  });

  test('the first value decides', () => {
    expect(own('ForwardAgent no\nForwardAgent yes\n').resolve('x').unsupported).toEqual([]);
  });

  test("Debian's own system file brings nothing up", () => {
    const text = 'Host *\n    SendEnv LANG LC_*\n    HashKnownHosts yes\n    GSSAPIAuthentication yes\n';
    const settings = load({ '/etc/ssh/ssh_config': text }).resolve('x');
    expect(settings).toMatchObject({ unsupported: [], sendEnv: ['LANG', 'LC_*'], hashKnownHosts: true });
    expect(own(text).resolve('x').unsupported).toHaveLength(1);
  });

  test("somebody else's home", () => {
    const settings = own('IdentityFile ~bob/key\n').resolve('x');
    expect(settings).toMatchObject({
      identityFiles: [],
      unsupported: [{ keyword: 'IdentityFile', line: 1 }],
    });
  });
});

describe('names that would reach a shell', () => {
  test.each(['-oProxyCommand=x', 'a b', 'a;b', 'a$(b)', 'a`b', 'a\nb', '', "a'b"])(
    'the host %j is refused',
    (host) => {
      expect(() => own('ProxyCommand nc %h\n').resolve(host)).toThrow(
        expect.objectContaining({ code: 'ssh-destination-invalid' }),
      );
    },
  );

  test.each(['-x', 'a;b', 'a -o', 'a\\'])('the user %j is refused', (user) => {
    expect(() => own('').resolve('x', { user })).toThrow(
      expect.objectContaining({ code: 'ssh-destination-invalid' }),
    );
  });

  test('a jump host with a leading dash is refused', () => {
    expect(() => own('ProxyJump -x\n').resolve('x')).toThrow(
      expect.objectContaining({ code: 'ssh-destination-invalid' }),
    );
  });
});

describe('destinations', () => {
  test.each([
    ['host', { host: 'host' }, 'host'],
    ['u@h:5', { host: 'h', user: 'u', port: 5 }, 'u@h:5'],
    ['u@corp@h', { host: 'h', user: 'u@corp' }, 'u@corp@h'],
    ['[::1]:5', { host: '::1', port: 5 }, '[::1]:5'],
    ['fe80::1%eth0', { host: 'fe80::1%eth0' }, 'fe80::1%eth0'],
    ['ssh://u@h:5/', { host: 'h', user: 'u', port: 5 }, 'u@h:5'],
  ])('%s', (text, destination, formatted) => {
    expect(parseDestination(text)).toEqual(destination);
    expect(formatDestination(destination)).toBe(formatted);
  });

  test.each(['', '@h', 'h:', 'h:99999', 'h:x', '[::1', 'a b'])('%j is none', (text) => {
    expect(() => parseDestination(text)).toThrow(expect.objectContaining({ code: 'invalid-value' }));
  });
});
