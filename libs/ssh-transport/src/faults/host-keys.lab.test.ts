import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { setUpNode } from './testing/node.js';

const { here, open, lab, node, target, refusal } = setUpNode();

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);

describe('host keys', () => {
  const rows = async (file: string) => (await readFile(file, 'utf8')).split('\n').filter(Boolean);

  it('refuses an unknown one where that is asked for', async () => {
    const transport = open({ hostKeys: 'strict', knownHostsFile: here('none') });
    expect(await refusal(transport)).toMatchObject({ code: 'host-key-unknown', hint: expect.any(String) });
    await expect(readFile(here('none'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('records an unknown one so that ssh-keygen finds it, once', async () => {
    const file = here('new', 'known_hosts');
    const over = { knownHostsFile: file, attempts: 1 };
    await open(over).run(target(), { command: 'true' });
    await open(over).run(target(), { command: 'true' });
    expect(execFileSync('ssh-keygen', ['-F', `[127.0.0.1]:${node().port}`, '-f', file]).toString()).toContain(
      (await readFile(`${node().hostKeyFile}.pub`, 'utf8')).split(' ')[1],
    );
    expect(await rows(file)).toHaveLength(1);
  });

  it('connects where it cannot be written down, and says so', async () => {
    const notices: string[] = [];
    const transport = open({
      knownHostsFile: '/dev/null/known_hosts',
      onNotice: (_target, message) => notices.push(message),
    });
    expect((await transport.run(target(), { command: 'true' })).exit).toEqual({ kind: 'exited', code: 0 });
    expect(notices.join()).toContain('/dev/null/known_hosts');
  });

  it('refuses a changed one, and runs nothing', async () => {
    const file = here('known_hosts');
    await writeFile(file, `# a comment\n${await readFile(lab().knownHostsFile, 'utf8')}`);
    const print = (key: string) =>
      execFileSync('ssh-keygen', ['-l', '-f', key]).toString().split(' ')[1] ?? 'none';
    const before = print(`${node().hostKeyFile}.pub`);
    await node().rekey();
    const after = print(`${node().hostKeyFile}.pub`);
    const ran = here('ran');
    expect(await refusal(open({ knownHostsFile: file, attempts: 2 }), `touch ${ran}`)).toMatchObject({
      code: 'host-key-changed',
      message: expect.stringMatching(new RegExp(`${escaped(after)}.*${escaped(before)}.*known_hosts:2\\b`)),
      hint: expect.stringContaining('line 2'),
    });
    await expect(readFile(ran)).rejects.toMatchObject({ code: 'ENOENT' });
    // The others go on with the new key.
    await writeFile(
      lab().knownHostsFile,
      `[127.0.0.1]:${node().port} ${await readFile(`${node().hostKeyFile}.pub`, 'utf8')}`,
    );
  });
});
