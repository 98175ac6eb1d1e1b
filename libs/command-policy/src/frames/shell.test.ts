import { describe, expect, it } from 'vitest';
import { createPolicy } from '../policy.js';

const policy = createPolicy();
const place = { home: '/home/agent', cwd: '/home/agent/work' };
const verdictOf = (text: string): string => policy.judge(policy.parse(text), place).verdict;

/** Text that bash would make the same of as of deleting `/`, `/etc` or `/usr/lib`; none of it is ever run. */
const stopped: Readonly<Record<string, readonly string[]>> = {
  'the folder it has gone to': [
    'if true; then cd /usr; fi; rm -rf lib',
    'case x in x) cd /usr;; esac; rm -rf lib',
    'cd nowhere || cd /usr; rm -rf lib',
    "eval 'cd /usr'; rm -rf lib",
    "source <(echo 'cd /usr'); rm -rf lib",
    "alias g='cd /usr'; g; rm -rf lib",
    'cd /usr; pushd /tmp; popd; rm -rf lib',
    "cd /usr; cd ''; rm -rf lib",
    'builtin cd /usr; rm -rf lib',
    'env -C /usr rm -rf lib',
  ],
  'its arguments': [
    'set -euo pipefail; rm -rf "$1"',
    `set -- build; eval 'set -- /'; rm -rf "$1"`,
    'set -- build; if true; then set -- /; fi; rm -rf "$1"',
    'shift; rm -rf "$@"',
    'run() { "$@"; }; run run rm -rf /',
    'f() { rm -rf "$1"; [ -n "$2" ] && shift && f "$@"; }; f build /',
  ],
  variables: [
    'if x; then D=/; else D=build; fi; E=$D; rm -rf $E',
    'if x; then D=build; else D=/etc/passwd; fi; echo a > $D',
    'D=build; if x; then D=/etc; fi; for f in $D; do rm -rf "$f"; done',
    'D=/; f() { local D=build; }; f; rm -rf "$D"',
    'D=/; f() { ls; }; D=build f; rm -rf "$D"',
    'D=build; declare "D=/"; rm -rf "$D"',
    'D=build; declare -n r=D; r=/; rm -rf "$D"',
    `D=build; trap 'rm -rf "$D"' EXIT; D=/`,
    `D=tmp/x; bash -c 'rm -rf /$D'`,
    'rm -rf ${D:+/}',
    'rm -rf $TMPDIR/*',
    'declare -A m=([k]=rm); ${m[k]} -rf /',
    'c=(rm -r); c+=(/); "${c[@]}"',
    'x=RM; ${x@L} -rf /',
  ],
  'functions and aliases where bash knows none': [
    'rm() { echo "$@"; }; sudo rm -rf /',
    `rm() { echo "$@"; }; bash -c 'rm -rf /'`,
    'rm() { echo "$@"; }; echo / | xargs rm -rf',
    'alias rm=echo; rm -rf /',
    '( function cd() { rm -rf /; } )',
  ],
  'input beside a command': [
    "echo pw | su -c 'rm -rf /'",
    "su -c 'rm -rf /' < /dev/null",
    "echo x | sbatch --wrap='rm -rf /home'",
    "exec 3<<<'rm -rf /'; bash <&3",
    "bash /proc/self/fd/0 <<< 'rm -rf /'",
  ],
  'files that the line writes': [
    "echo 'rm -rf /' > x.sh; ./x.sh --help",
    "echo 'rm -rf /' > /tmp/x.sh; bash /tmp/./x.sh",
    `echo 'rm -rf /' > x.sh; bash "$PWD/x.sh"`,
    "echo 'rm -rf /' > x.sh; mkdir s; cd s && bash ../x.sh",
    'cp /bin/rm /tmp/ls && /tmp/ls -rf /',
    "echo 'all: ; rm -rf /' > Makefile && make",
  ],
};

describe.each(Object.entries(stopped))('%s', (_name, texts) => {
  it.each(texts)('%s', (text) => {
    expect(verdictOf(text)).not.toBe('allow');
  });
});

describe('what is harmless', () => {
  it.each([
    '(cd /usr); rm -rf lib',
    'cd /usr & rm -rf lib',
    'cleanup() { rm -rf "$workdir"; }; trap cleanup EXIT; workdir=$(mktemp -d)',
    'env -C build rm -rf foo',
    'f() { local d=/; ls "$d"; }; d=build; f; rm -rf "$d"',
    `D=build; export D; bash -c 'rm -rf "$D/x"'`,
    'D=build; if x; then D=dist; fi; rm -rf "$D"',
    "printf '\\e[31m%.0s' " + "'\\e[31m' ".repeat(120),
  ])('%s', (text) => {
    expect(verdictOf(text)).toBe('allow');
  });
});
