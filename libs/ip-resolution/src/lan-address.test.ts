import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { findLanAddress } from './lan-address.js';

const own = Object.values(networkInterfaces()).flatMap((infos) => infos ?? []);

describe('findLanAddress', () => {
  it('finds one of this machine, or none where it is on no network', async () => {
    const found = await findLanAddress();
    expect([undefined, ...own.map(({ address }) => address)]).toContain(found);
    expect(found ?? '').not.toMatch(/^127\.|^::1$|^fe80|^0\./);
  });

  it('takes loopback for no LAN, where that is all the gateway and the DNS server lead to', async () => {
    const found = await findLanAddress({ gateway: '127.0.0.1', dns: '::1' });
    expect([undefined, ...own.filter(({ internal }) => !internal).map(({ address }) => address)]).toContain(
      found,
    );
  });

  it('survives a gateway that is no address', async () => {
    expect(await findLanAddress({ gateway: '', dns: '127.0.0.1' })).not.toBe('127.0.0.1');
  });

  it('rejects when aborted', async () => {
    await expect(findLanAddress({ signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});
