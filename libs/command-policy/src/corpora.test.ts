import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createPolicy } from './policy.js';

interface Line {
  readonly command: string;
  readonly class?: string;
  readonly expected: 'allow' | 'ask' | 'deny' | 'local' | 'offload';
  readonly why: string;
}

// Labelled text. It is only ever classified; nothing here may be put where a shell could run it.
const linesOf = (kind: 'verdicts' | 'routing'): Line[] => {
  const folder = new URL(`./corpora/${kind}/`, import.meta.url);
  return readdirSync(folder)
    .flatMap((name) => readFileSync(new URL(name, folder), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
};

const policy = createPolicy();
const place = { home: '/home/agent', cwd: '/home/agent/work' };
const verdicts = ['allow', 'ask', 'deny'] as const;

describe('the corpora', () => {
  it('are judged as labelled', () => {
    const judged = linesOf('verdicts').map((line) => ({
      ...line,
      got: policy.judge(policy.parse(line.command), place).verdict,
    }));
    const classes = [...new Set(judged.map((line) => `${line.class} (${line.expected})`))].sort();
    const table = classes.map((name) => {
      const of = judged.filter((line) => `${line.class} (${line.expected})` === name);
      const counts = verdicts.map((verdict) => [verdict, of.filter(({ got }) => got === verdict).length]);
      return { name, ...Object.fromEntries(counts) };
    });
    console.table(table);
    expect(judged.length).toBeGreaterThan(8_000);
    expect(judged.filter((line) => line.got !== line.expected)).toEqual([]);
  });

  it('are routed as labelled', () => {
    const routed = linesOf('routing').map((line) => ({
      ...line,
      got: policy.classify(policy.parse(line.command)).weight === 'heavy' ? 'offload' : 'local',
    }));
    expect(routed.length).toBeGreaterThan(1_000);
    expect(routed.filter((line) => line.got !== line.expected)).toEqual([]);
  });

  it('hold each command once', () => {
    for (const kind of ['verdicts', 'routing'] as const) {
      const commands = linesOf(kind).map(({ command }) => command);
      expect(commands.filter((command, index) => commands.indexOf(command) !== index)).toEqual([]);
    }
  });
});
