import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rules } from './decide/rules/index.js';
import type { UserRule } from './decide/user-rules.js';
import { classify, createPolicy, judge, judgeScript, parseCommand } from './index.js';

const verdictOf = (text: string, userRules: readonly UserRule[] = []): string => {
  const policy = createPolicy({ rules: userRules });
  return policy.judge(policy.parse(text)).verdict;
};

describe('a judgement', () => {
  it('names rule, span, frames and reason', () => {
    const text = 'ls && sudo bash -c "rm -rf /"';
    const [finding] = judge(parseCommand(text)).findings;
    expect(finding).toMatchObject({ rule: 'wipe', verdict: 'deny', core: true });
    expect(finding?.frames).toEqual(['sudo', 'bash -c']);
    expect(text.slice(finding?.span.start, finding?.span.end)).toContain('rm -rf /');
    expect(finding?.message).toContain('(/)');
  });

  it('puts the strictest finding first and allows without any', () => {
    const { verdict, findings } = judge(parseCommand('git reset --hard; shutdown now'));
    expect(verdict).toBe('deny');
    expect(findings.map((finding) => finding.rule)).toEqual(['power', 'discard-work']);
    expect(judge(parseCommand('ls'))).toEqual({ verdict: 'allow', findings: [] });
  });

  it('never allows what was not understood', () => {
    for (const text of ['', 'echo "', 'a\u0000b', '$(', 'x'.repeat(200_000)]) {
      const { verdict, findings } = judge(parseCommand(text));
      expect(verdict).toBe('deny');
      expect(findings[0]?.rule).toBe('unparsable');
    }
  });

  it('knows the home and the folder it is told', () => {
    const at = (text: string, cwd: string): string =>
      judge(parseCommand(text), { home: '/home/me', cwd }).verdict;
    expect(at('rm -rf build', '/home/me/work')).toBe('allow');
    expect(at('rm -rf /home/me/work/x', '/home/me/work')).toBe('allow');
    expect(at('rm -rf ../other', '/home/me/work')).toBe('ask');
    expect(at('rm -rf ..', '/home/me/work')).toBe('deny');
    expect(at('rm -rf notes', '/home/me')).toBe('ask');
    expect(at('rm -rf lib', '/usr')).toBe('deny');
    expect(at('rm -rf *', '/')).toBe('deny');
  });

  it('guards its own configuration', () => {
    const protectedPaths = ['/srv/state', '/home/me/.config/cluster.yaml'];
    for (const text of [
      'echo x > /srv/state/tasks.db',
      'rm -rf /srv/state',
      'sed -i s/a/b/ ~/.config/cluster.yaml',
      'cluster-router approve t1',
      'echo k >> ~/.ssh/known_hosts',
      'cd ~/.config && tee cluster.yaml < x',
    ]) {
      const { verdict, findings } = judge(parseCommand(text), { home: '/home/me', protectedPaths });
      expect(verdict, text).toBe('deny');
      expect(findings[0]?.core, text).toBe(true);
    }
    expect(judge(parseCommand('cat /srv/state/log'), { protectedPaths }).verdict).toBe('allow');
  });
});

describe('built-in rules', () => {
  it('suggest nothing but what is allowed', () => {
    const suggestions = rules.flatMap(({ suggestion }) => suggestion ?? []);
    expect(suggestions.length).toBeGreaterThan(5);
    expect(suggestions.filter((text) => verdictOf(text) !== 'allow')).toEqual([]);
  });

  it.each(rules.map((rule) => [rule.id, rule] as const))('%s holds what its examples say', (id, rule) => {
    const { match, noMatch } = rule.examples;
    const speaks = (text: string): boolean =>
      judge(parseCommand(text)).findings.some((finding) => finding.rule === id);
    expect(match.length).toBeGreaterThan(0);
    expect(noMatch.length).toBeGreaterThan(0);
    expect(match.filter((text) => !speaks(text))).toEqual([]);
    expect(noMatch.filter(speaks)).toEqual([]);
  });

  it('each fire for some command of the corpora', () => {
    const fired = new Set<string>();
    for (const name of ['dangerous', 'benign', 'round-1', 'round-2']) {
      const file = new URL(`./corpora/verdicts/${name}.jsonl`, import.meta.url);
      for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
        const { command } = JSON.parse(line) as { command: string };
        const { findings } = judge(parseCommand(command), { home: '/home/agent', cwd: '/home/agent/work' });
        for (const { rule } of findings) fired.add(rule);
      }
    }
    expect(rules.map((rule) => rule.id).filter((id) => !fired.has(id))).toEqual([]);
  });
});

describe("a user's rules", () => {
  const noProd: UserRule = {
    id: 'no-prod',
    verdict: 'deny',
    match: { program: 'kubectl', arguments: ['--context=prod*'] },
    message: 'not from here',
    examples: {
      match: ['sudo kubectl --context=prod-1 get pods'],
      noMatch: ['kubectl get pods', 'echo kubectl --context=prod'],
    },
  };
  const mayClean: UserRule = {
    id: 'may-clean',
    verdict: 'allow',
    match: { effect: 'delete-tree', scope: 'project' },
  };

  it('tighten', () => {
    expect(verdictOf('bash -c "kubectl --context=production get pods"', [noProd])).toBe('deny');
    expect(verdictOf('kubectl get pods', [noProd])).toBe('allow');
    expect(verdictOf('make deploy', [{ id: 'd', verdict: 'ask', match: { command: 'make deploy*' } }])).toBe(
      'ask',
    );
    expect(
      verdictOf('rm -rf build', [
        { id: 'd', verdict: 'ask', match: { effect: 'delete-tree', scope: 'workspace' } },
      ]),
    ).toBe('ask');
    expect(
      verdictOf('r"m" -rf build', [
        { id: 'd', verdict: 'ask', match: { program: 'rm', effect: 'delete-*' } },
      ]),
    ).toBe('ask');
  });

  it('allow what is not core, and only that', () => {
    expect(verdictOf('rm -rf .', [mayClean])).toBe('allow');
    expect(verdictOf('rm -rf ~/other', [mayClean])).toBe('ask');
    expect(verdictOf('rm -rf /', [{ id: 'all', verdict: 'allow', match: { effect: '*' } }])).toBe('deny');
    expect(
      verdictOf('cluster-router approve t1', [{ id: 'all', verdict: 'allow', match: { program: '*' } }]),
    ).toBe('deny');
    expect(
      verdictOf('git push -f origin main', [
        { id: 'p', verdict: 'allow', match: { program: 'git', arguments: ['push'] } },
      ]),
    ).toBe('allow');
  });

  it.each<readonly [string, unknown]>([
    ['match.effect', { id: 'a', verdict: 'deny', match: { effect: 'explode' } }],
    ['match.scope', { id: 'a', verdict: 'deny', match: { scope: 'moon' } }],
    ['match.programm', { id: 'a', verdict: 'deny', match: { programm: 'x' } }],
    ['match', { id: 'a', verdict: 'deny', match: {} }],
    ['rule', null],
    ['exampels', { id: 'a', verdict: 'deny', match: { program: 'x' }, exampels: {} }],
    ['message', { id: 'a', verdict: 'deny', match: { program: 'x' }, message: 5 }],
    ['match.arguments', { id: 'a', verdict: 'deny', match: { arguments: [1] } }],
    ['examples.match', { id: 'a', verdict: 'deny', match: { program: 'x' }, examples: { match: 'x' } }],
    ['verdict', { id: 'a', verdict: 'never', match: { program: 'x' } }],
    ['id', { id: '', verdict: 'deny', match: { program: 'x' } }],
    ['match.arguments', { id: 'a', verdict: 'deny', match: { arguments: [] } }],
    ['examples.match', { id: 'a', verdict: 'deny', match: { program: 'x' }, examples: { match: ['y'] } }],
    [
      'examples.noMatch',
      { id: 'a', verdict: 'deny', match: { program: 'x' }, examples: { noMatch: ['sudo x'] } },
    ],
    ['examples', { id: 'a', verdict: 'deny', match: { program: 'x' }, examples: { match: ['"'] } }],
  ])('with a wrong %s stop the start', (what, rule) => {
    let caught: unknown;
    try {
      createPolicy({ rules: [rule as UserRule] });
    } catch (error) {
      caught = error;
    }
    expect(caught).toMatchObject({ code: 'policy-rule-invalid', what });
  });

  it('with the same id twice stop the start', () => {
    expect(() => createPolicy({ rules: [mayClean, mayClean] })).toThrow(/may-clean/u);
  });

  it('with examples that hold are loaded', () => {
    expect(() =>
      createPolicy({
        rules: [noProd, { ...mayClean, examples: { match: ['rm -rf .'], noMatch: ['rm -rf /tmp/x', 'ls'] } }],
      }),
    ).not.toThrow();
  });
});

describe('a script', () => {
  it('of a shell is judged as its text', () => {
    expect(judgeScript('#!/bin/bash\nset -e\nrm -rf /\n').verdict).toBe('deny');
    expect(judgeScript('make\n', { interpreter: 'bash' }).verdict).toBe('allow');
    expect(judgeScript('#!/usr/bin/env bash\nshutdown now\n').verdict).toBe('deny');
    expect(judgeScript('if true; then\n').verdict).toBe('deny');
    for (const line of ['#!/bin/busybox sh', '#!/usr/bin/env -S A=1 bash', '#!/usr/bin/fish'])
      expect(judgeScript(`${line}\nrm -rf /\n`).verdict, line).toBe('deny');
    expect(judgeScript('rm -rf /\n', { interpreter: 'sudo bash' }).verdict).toBe('deny');
  });
  it('in another language is judged as running such a file is', () => {
    expect(judgeScript('#!/usr/bin/env python3\nprint("rm -rf /")\n').verdict).toBe('allow');
    expect(judgeScript('import os\n', { interpreter: 'sudo python3' }).verdict).toBe('allow');
    expect(judgeScript('x', { interpreter: '/bin/rm -rf / --' }).verdict).toBe('deny');
  });
});

it('an import and a first judgement are quick', () => {
  const start = performance.now();
  for (let i = 0; i < 200; i++) {
    const command = parseCommand(`sudo bash -c 'cd /srv/app${i} && make -j8 && rm -rf build'`);
    judge(command);
    classify(command);
  }
  // 0.5 ms each on an idle machine; a factor of ten for a busy one.
  expect((performance.now() - start) / 200).toBeLessThan(5);
});
