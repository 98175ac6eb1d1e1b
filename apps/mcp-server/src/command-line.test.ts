import { describe, expect, it } from 'vitest';
import { help, readCommandLine } from './command-line.js';

describe('command line', () => {
  it('serves by default, with the configuration that is named', () => {
    expect(readCommandLine([])).toEqual({ kind: 'serve' });
    expect(readCommandLine(['--config', 'a.yaml'])).toEqual({ kind: 'serve', config: 'a.yaml' });
    expect(readCommandLine(['--config=a.yaml'])).toEqual({ kind: 'serve', config: 'a.yaml' });
  });

  it.each([['--help'], ['-h']])('knows %s', (flag) => {
    expect(readCommandLine([flag])).toEqual({ kind: 'help' });
  });

  it.each([['--version'], ['-V']])('knows %s', (flag) => {
    expect(readCommandLine([flag])).toEqual({ kind: 'version' });
  });

  it.each([
    ['an unknown option', ['--port', '3'], '--port'],
    ['an argument', ['serve'], 'serve'],
    ['a missing value', ['--config'], '--config'],
    ['an empty value', ['--config='], '--config'],
  ])('names what is wrong: %s', (_case, args, named) => {
    expect(readCommandLine(args)).toMatchObject({ kind: 'wrong', message: expect.stringContaining(named) });
  });

  it('tells of every option in its help', () => {
    for (const option of ['--config FILE', '--help', '--version']) expect(help).toContain(option);
  });
});
