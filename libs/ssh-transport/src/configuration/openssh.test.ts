import { userInfo } from 'node:os';
import { describe, expect, test } from 'vitest';
import type { HostSettings } from './index.js';
import { resolve, setUpCases, ssh, type Case } from './testing/openssh.js';

/** What the real ssh makes of a table of configurations, as `ssh -G` says, against what we make of it. */
const setUp = setUpCases();

/** The lines of `ssh -G` that we honour, with what its defaults are left out. */
function fromSsh(out: string): Record<string, string[]> {
  const rows: Record<string, string[]> = {};
  for (const row of out.trim().split('\n')) {
    const [keyword = '', ...rest] = row.split(' ');
    (rows[keyword] ??= []).push(rest.join(' '));
  }
  return rows;
}

const CHECKING: Record<string, string> = { true: 'yes', false: 'no' };

/** What `ssh -G` says of a way to log in; a batch asks nobody. */
const methodFlags: Record<string, (first: (keyword: string) => string | undefined) => boolean> = {
  publickey: (first) => first('pubkeyauthentication') !== 'false',
  'keyboard-interactive': (first) =>
    first('kbdinteractiveauthentication') === 'yes' && first('batchmode') === 'no',
  password: (first) => first('passwordauthentication') === 'yes' && first('batchmode') === 'no',
};

function checkSame(ours: HostSettings, out: string): void {
  const theirs = fromSsh(out);
  const first = (keyword: string) => theirs[keyword]?.[0];
  const home = userInfo().homedir;
  expect({
    hostName: ours.hostName,
    port: String(ours.port),
    user: ours.user ?? userInfo().username,
    identitiesOnly: ours.identitiesOnly ? 'yes' : 'no',
    identityCount: ours.identityFiles.length || 7,
    certificateCount: ours.certificateFiles.length,
    proxyJump: ours.proxyJump?.join(','),
    proxied: ours.proxyCommand !== undefined,
    user_known: ours.userKnownHostsFiles?.join(' ') ?? `${home}/.ssh/known_hosts ${home}/.ssh/known_hosts2`,
    global_known:
      ours.globalKnownHostsFiles?.join(' ') ?? '/etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2',
    strict: ours.strictHostKeyChecking ?? 'ask',
    alias: ours.hostKeyAlias,
    connect: ours.connectTimeoutSeconds,
    interval: String(ours.serverAliveIntervalSeconds ?? 0),
    count: String(ours.serverAliveCountMax ?? 3),
    setEnv: Object.entries(ours.setEnv).map(([name, value]) => `${name}=${value}`),
    sendEnv: ours.sendEnv,
    family: ours.addressFamily,
    hash: ours.hashKnownHosts ?? false,
    methods: ours.loginMethods,
    prompts: String(ours.passwordPrompts),
  }).toEqual({
    hostName: first('hostname'),
    port: first('port'),
    user: first('user'),
    identitiesOnly: first('identitiesonly'),
    identityCount: theirs['identityfile']?.length,
    certificateCount: theirs['certificatefile']?.length ?? 0,
    proxyJump: first('proxyjump'),
    proxied: first('proxycommand') !== undefined,
    user_known: first('userknownhostsfile') === 'none' ? '/dev/null' : first('userknownhostsfile'),
    global_known: first('globalknownhostsfile') === 'none' ? '/dev/null' : first('globalknownhostsfile'),
    strict: CHECKING[first('stricthostkeychecking') ?? ''] ?? first('stricthostkeychecking'),
    alias: first('hostkeyalias'),
    connect: ['none', '0'].includes(first('connecttimeout') ?? '')
      ? undefined
      : Number(first('connecttimeout')),
    interval: first('serveraliveinterval'),
    count: first('serveralivecountmax'),
    setEnv: theirs['setenv'] ?? [],
    // In a final pass ssh adds the same names again; said once is enough.
    sendEnv: [...new Set(theirs['sendenv'])],
    family: first('addressfamily'),
    hash: first('hashknownhosts') === 'yes',
    methods: (
      first('preferredauthentications') ?? 'gssapi-with-mic,hostbased,publickey,keyboard-interactive,password'
    )
      .split(',')
      .filter((method) => methodFlags[method]?.(first) ?? false),
    prompts: first('numberofpasswordprompts'),
  });
}

const TAKEN: Case[] = [
  { name: 'an empty file', text: '' },
  { name: 'comments, blanks and CRLF', text: '# x\r\n\r\n \t# y\r\n  User q \t \r\nPort 5 # why\r\n' },
  { name: 'no newline at the end', text: 'User q' },
  { name: 'the first value wins', text: 'Host foo\nPort 3\nUser a\nHost *\nPort 4\nUser b\n' },
  { name: 'any case of keywords', text: 'hOST foo\npORT 3\nUSER a\nHOSTNAME B\n' },
  { name: 'equals signs', text: 'Port = 3\nUser=a\nHostName\t=\tx\n' },
  { name: 'quotes', text: 'User "a b"\nSetEnv "A=x y" B=\'z "w"\'\n' },
  { name: 'escapes', text: 'User a\\ b\\c\\"d\n' },
  { name: 'a quoted keyword', text: '"User" q\n' },
  { name: 'a hash within a word', text: 'Host foo#bar\nUser q\n', host: 'foo#bar' },
  { name: 'a wildcard', text: 'Host f*o\nUser a\nHost f?o\nPort 3\nHost f?\nPort 4\n' },
  { name: 'a pattern of stars', text: `Host ${'*o'.repeat(2)}\nUser a\nHost ${'*a'.repeat(9)}\nPort 4\n` },
  { name: 'several patterns', text: 'Host bar foo\nUser a\nHost foo,bar\nUser b\n' },
  { name: 'negation after', text: 'Host * !foo\nUser a\nHost *\nPort 9\n' },
  { name: 'negation before', text: 'Host !foo *\nUser a\n' },
  { name: 'negation alone', text: 'Host !bar\nUser a\n' },
  { name: 'negation elsewhere', text: 'Host !bar *\nUser a\n' },
  { name: 'the case of Host', text: 'Host FOO\nPort 3\nHost foo\nPort 4\n', host: 'FOO' },
  { name: 'the case of HostName', text: 'HostName BAR\nMatch host bar\nUser q\n' },
  { name: 'HostName with %h', text: 'HostName %h.example\nHost foo.example\nUser no\n' },
  { name: 'HostName with %%', text: 'HostName %%%h\n' },
  {
    name: 'a given user and port',
    text: 'User a\nPort 3\nMatch user bob\nConnectTimeout 4\n',
    user: 'bob',
    port: 9,
  },
  { name: 'Match all', text: 'Host bar\nUser a\nMatch all\nUser b\n' },
  { name: 'Match not all', text: 'Match !all\nUser b\n' },
  { name: 'Match host', text: 'Match host foo,bar\nUser a\nMatch host b*\nPort 3\n' },
  {
    name: 'Match host after HostName',
    text: 'HostName bar\nMatch host foo\nUser a\nMatch host bar\nUser b\n',
  },
  { name: 'Match originalhost', text: 'HostName bar\nMatch originalhost FOO\nUser a\n' },
  { name: 'Match user', text: 'User a\nMatch user a\nPort 3\nMatch user b\nPort 4\n' },
  { name: 'Match localuser', text: `Match localuser ${userInfo().username}\nPort 3\n` },
  { name: 'Match with negation', text: 'Match host *,!foo\nUser a\nMatch !host bar\nPort 3\n' },
  { name: 'Match with quotes, equals and a comment', text: 'Match host="foo" user "root,*" # x\nUser a\n' },
  { name: 'a Host of nothing but a comment', text: 'User a\nHost # foo\nPort 3\n' },
  { name: 'Match host, then all', text: 'Match host foo all\n', host: 'none' },
  {
    name: 'Match final',
    text: 'HostName %h.ex\nMatch final host foo.ex\nPort 9\nHost foo.ex\nUser q\nHost foo\nSendEnv A\n',
  },
  { name: 'Match final all', text: 'Match final all\nUser q\n' },
  { name: 'Match not final', text: 'Match !final\nUser q\nMatch canonical\nPort 5\n' },
  { name: 'Match canonical', text: 'Match canonical\nUser q\n' },
  { name: 'Match canonical in a final pass', text: 'Match final\nPort 3\nMatch canonical\nUser q\n' },
  { name: 'HostName in a final pass', text: 'Match final\nHostName other\nPort 3\nHost foo\nHostName bar\n' },
  { name: 'SendEnv', text: 'SendEnv A LC_* B\nSendEnv -LC* -B C\nSendEnv A\n' },
  { name: 'SetEnv: the first line', text: 'SetEnv A=1 B=2\nSetEnv A=3 C=4\n' },
  {
    name: 'IdentityFile adds up',
    text: 'IdentityFile ~/a\nIdentityFile ~/b\nHost foo\nIdentityFile ~/a\nIdentityFile c\n',
  },
  {
    name: 'CertificateFile adds up',
    text: 'CertificateFile ~/a\nHost foo\nCertificateFile b\nCertificateFile ~/a\n',
  },
  { name: 'IdentityFile none', text: 'IdentityFile none\n' },
  { name: 'times', text: 'ConnectTimeout 1m5s\nServerAliveInterval 2m\nServerAliveCountMax 7\n' },
  { name: 'times of none', text: 'ConnectTimeout none\nConnectTimeout 5\nServerAliveInterval none\n' },
  { name: 'a connect limit of 0', text: 'ConnectTimeout 0\nConnectTimeout 5\n' },
  { name: 'StrictHostKeyChecking', text: 'StrictHostKeyChecking accept-new\n' },
  { name: 'StrictHostKeyChecking off', text: 'StrictHostKeyChecking OFF\nHostKeyAlias al\n' },
  {
    name: 'known hosts files',
    text: 'UserKnownHostsFile ~/a "/b c" %d/x-%h ${NV}/y\nGlobalKnownHostsFile /e /f\n',
  },
  { name: 'known hosts files of none', text: 'UserKnownHostsFile none\nGlobalKnownHostsFile none\n' },
  {
    name: 'HashKnownHosts and AddressFamily',
    text: 'HashKnownHosts yes\nAddressFamily inet6\nIdentitiesOnly true\n',
  },
  { name: 'ways to log in', text: 'PreferredAuthentications password,hostbased,publickey,none\n' },
  {
    name: 'no passwords',
    text: 'PasswordAuthentication no\nKbdInteractiveAuthentication no\nNumberOfPasswordPrompts 0\n',
  },
  { name: 'an old name', text: 'ChallengeResponseAuthentication no\nNumberOfPasswordPrompts 7\n' },
  { name: 'nobody to ask', text: 'BatchMode yes\nServerAliveInterval 9\n' },
  { name: 'no keys', text: 'PubkeyAuthentication no\n' },
  { name: 'keys, bound to no host', text: 'PubkeyAuthentication unbound\n' },
  { name: 'ProxyJump', text: 'ProxyJump a@b:22,[::1]:33,ssh://q@z:9\n' },
  { name: 'ProxyJump with a comment', text: 'ProxyJump x # y\n' },
  { name: 'ProxyJump none', text: 'Host foo\nProxyJump NONE\nHost *\nProxyJump a\n' },
  { name: 'ProxyJump, then ProxyCommand', text: 'ProxyJump a\nProxyCommand x\n' },
  { name: 'ProxyCommand, then ProxyJump', text: 'ProxyCommand x\nProxyJump a\n' },
  { name: 'ProxyJump none, then ProxyCommand', text: 'ProxyJump none\nProxyCommand x\n' },
  { name: 'ProxyCommand none, then ProxyJump', text: 'ProxyCommand none\nProxyJump a\n' },
  {
    name: 'an unknown keyword that is ignored',
    text: 'IgnoreUnknown Bog*,UseKeychain\nBogus 1 2\nUseKeychain yes\nUser q\n',
  },
  { name: 'obsolete keywords', text: 'RSAAuthentication yes\nCipher x y z\nProtocol 2\nUser q\n' },
  { name: 'synonyms', text: 'IdentityFile2 ~/x\nProtocolKeepAlives 5\n' },
  {
    name: 'keywords we do not honour',
    text: 'Compression yes\nForwardX11 no\nLogLevel ERROR\nControlMaster auto\nUser q\n',
  },
  { name: 'an include that is not there', text: 'Include nope-at-all\nInclude @/nope/*\nUser q\n' },
  {
    name: 'includes by wildcard, in order',
    text: 'Include @/conf.d/*.conf @/last\nUser late\n',
    files: {
      'conf.d/b.conf': 'User b\nPort 3\n',
      'conf.d/a.conf': 'User a\n',
      'conf.d/.c.conf': 'Port 4\n',
      last: 'Port 5\nConnectTimeout 6\n',
    },
  },
  {
    name: 'includes by class',
    text: 'Include @/c[a-b]?/x[!1]\n',
    files: {
      'ca1/x1': 'Port 1\n',
      'ca1/x2': 'User a2\n',
      'cc1/x2': 'Port 2\n',
      'cb1/x3': 'ConnectTimeout 7\n',
    },
  },
  {
    name: 'a Host in an included file ends with it',
    text: 'Include @/one\nUser all\n',
    files: { one: 'Host bar\nUser bar\n' },
  },
  {
    name: 'an include within a Host that applies not',
    text: 'Host bar\nInclude @/one\nHost *\nPort 3\n',
    files: { one: 'User a\nHost foo\nUser b\nMatch all\nUser c\n' },
  },
  {
    name: 'an include within a Host that applies',
    text: 'Host foo\nInclude @/one\nPort 3\n',
    files: { one: 'User a\nHost bar\nUser b\n' },
  },
  {
    name: 'a final pass asked for by an included file',
    text: 'Host bar\nInclude @/one\nMatch canonical\nUser q\n',
    files: { one: 'Match final\nPort 3\n' },
  },
];

describe('what ssh takes, taken the same', () => {
  test.each(TAKEN)('$name', (row) => {
    const file = setUp(row);
    const theirs = ssh(row, ['-G'], file);
    expect(theirs).toMatchObject({ status: 0 });
    checkSame(resolve(row, file), theirs.out);
  });
});
