import { expect, it } from 'vitest';
import { createLog, describeError } from './log.js';

it('writes one line of JSON for each message, and leaves out what is below its level', () => {
  const lines: string[] = [];
  const log = createLog(
    (line) => lines.push(line),
    () => new Date(0),
  );
  log.write('debug', 'not this');
  log.write('info', 'two\nlines', { code: 'x' });
  log.level = 'error';
  log.write('warning', 'nor this');
  log.level = 'debug';
  log.write('debug', 'but this');
  expect(lines).toEqual([
    '{"time":"1970-01-01T00:00:00.000Z","level":"info","message":"two\\nlines","code":"x"}\n',
    '{"time":"1970-01-01T00:00:00.000Z","level":"debug","message":"but this"}\n',
  ]);
});

it('describes whatever was thrown', () => {
  expect(describeError(Object.assign(new Error('gone'), { code: 'lost' }))).toEqual({
    message: 'gone',
    code: 'lost',
  });
  expect(describeError(Object.assign(new Error('gone'), { code: 3 }))).toEqual({ message: 'gone' });
  expect(describeError('just text')).toEqual({ message: 'just text' });
});
