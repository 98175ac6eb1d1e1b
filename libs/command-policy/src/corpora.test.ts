import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createPolicy } from './policy.js';

interface Line {
  readonly command: string;
  readonly class?: string;
  readonly expected: 'allow' | 'ask' | 'deny' | 'local' | 'offload';
  readonly why: string;
}

// Labelled text. It is only ever classified; nothing here may be put where a shell could run it.
const lines = (name: string): Line[] =>
  readFileSync(new URL(`./corpora/${name}.jsonl`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);

const policy = createPolicy();
const place = { home: '/home/agent', cwd: '/home/agent/work' };
const verdicts = ['allow', 'ask', 'deny'] as const;

const judged = [
  'benign',
  'dangerous',
  'own',
  'own-2',
  'own-3',
  'own-4',
  'own-5',
  'own-6',
  'own-7',
  'own-8',
  'own-9',
  'own-10',
]
  .flatMap(lines)
  .map((line) => ({
    ...line,
    got: policy.judge(policy.parse(line.command), place).verdict,
  }));

const share = (expected: string, got: readonly string[]): number => {
  const all = judged.filter((line) => line.expected === expected);
  return all.filter((line) => got.includes(line.got)).length / all.length;
};

describe('the corpora', () => {
  it('are judged as labelled', () => {
    const classes = [...new Set(judged.map((line) => `${line.class} (${line.expected})`))].sort();
    const table = classes.map((name) => {
      const of = judged.filter((line) => `${line.class} (${line.expected})` === name);
      return {
        name,
        ...Object.fromEntries(
          verdicts.map((verdict) => [verdict, of.filter((line) => line.got === verdict).length]),
        ),
      };
    });
    console.table(table);
    console.table(
      judged
        .filter((line) => line.got !== line.expected)
        .map(({ expected, got, command }) => ({ expected, got, command: command.slice(0, 80) })),
    );
    expect(share('deny', ['ask', 'deny'])).toBeGreaterThanOrEqual(0.98);
    expect(share('deny', ['deny'])).toBeGreaterThanOrEqual(0.93);
    expect(share('ask', ['ask', 'deny'])).toBeGreaterThanOrEqual(0.95);
    expect(share('ask', ['deny'])).toBeLessThanOrEqual(0.05);
    expect(share('allow', ['ask', 'deny'])).toBeLessThanOrEqual(0.01);
  });

  it('are routed as labelled', () => {
    const routed = [
      'routing',
      'own-routing',
      'own-3-routing',
      'own-5-routing',
      'own-6-routing',
      'own-9-routing',
    ]
      .flatMap(lines)
      .map((line) => ({
        ...line,
        got: policy.classify(policy.parse(line.command)).weight === 'heavy' ? 'offload' : 'local',
      }));
    const wrong = routed.filter((line) => line.got !== line.expected);
    console.table(wrong.map(({ expected, got, command }) => ({ expected, got, command })));
    expect(wrong.length / routed.length).toBeLessThanOrEqual(0.03);
  });
});
