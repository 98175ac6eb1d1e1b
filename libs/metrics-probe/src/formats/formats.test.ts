import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { disksOf, parseDf } from './df.js';
import { parseIoregGpus } from './ioreg.js';
import { parseLoadAverages } from './load-average.js';
import { parseMeminfo } from './meminfo.js';
import { parseMounts } from './mounts.js';
import { parseNvidiaSmi } from './nvidia-smi.js';
import { parseProcStat } from './proc-stat.js';
import { parseBootTime, parseSwapUsage, parseSysctl } from './sysctl.js';
import { parseTopBusyPercent } from './top.js';
import { parseUname } from './uname.js';
import { parseVmStatUsedBytes } from './vm-stat.js';

const fixture = (path: string) => readFileSync(new URL(`../fixtures/${path}`, import.meta.url), 'utf8');
const mib = 2 ** 20;

describe('Linux', () => {
  test('/proc/stat: guest time is not counted twice, waiting for a disk is idle, stolen time is busy', () => {
    const total = 407512 + 1290 + 181206 + 29710034 + 40112 + 0 + 5310 + 1204;
    expect(parseProcStat(fixture('linux-debian/stat'))).toEqual({
      count: 4,
      counters: { total, busy: total - 29710034 - 40112 },
    });
  });

  test('/proc/stat of kernels that write a single blank, and text that is none', () => {
    expect(parseProcStat(fixture('linux-old/stat'))).toEqual({
      count: 1,
      counters: { total: 1000, busy: 150 },
    });
    expect(parseProcStat('cpu  12 3\n')).toEqual({});
    expect(parseProcStat('grep: /proc/stat: Permission denied\n')).toEqual({});
  });

  test('/proc/meminfo', () => {
    expect(parseMeminfo(fixture('linux-debian/meminfo'))).toEqual({
      memTotalBytes: 16307260 * 1024,
      memAvailableBytes: 10192036 * 1024,
      swapTotalBytes: 4194300 * 1024,
      swapFreeBytes: 3145724 * 1024,
    });
  });

  test('/proc/meminfo before Linux 3.14 says nothing of available memory, and nothing is made up', () => {
    expect(parseMeminfo(fixture('linux-old/meminfo'))).not.toHaveProperty('memAvailableBytes');
  });

  test('/proc/self/mounts unescapes blanks', () => {
    const mounts = parseMounts(fixture('linux-debian/self/mounts'));
    expect(mounts).toHaveLength(12);
    expect(mounts).toContainEqual({ source: '/dev/sda1', mount: '/media/My Disk\t1', type: 'ext4' });
  });

  test('df: what holds files, complaints between the rows left out', () => {
    expect(disksOf(parseDf(fixture('linux-debian/df')))).toEqual([
      {
        mount: '/',
        total_bytes: 479151816 * 1024,
        available_bytes: 153736828 * 1024,
        percent: 67.9,
      },
      expect.objectContaining({ mount: '/boot/efi' }),
      expect.objectContaining({ mount: '/media/My Disk' }),
      expect.objectContaining({ mount: '/tank/data', percent: 2.8 }),
    ]);
  });

  test('df: a device mounted several times counts once, a container root counts', () => {
    const rows = parseDf(`Filesystem 1024-blocks Used Available Capacity Mounted on
overlay 1000 400 600 40% /
/dev/vda1 2000 500 -12 101% /etc/resolv.conf
/dev/vda1 2000 500 -12 101% /etc/hosts
shm 64 0 64 0% /dev/shm
`);
    expect(disksOf(rows)).toEqual([
      { mount: '/', total_bytes: 1_024_000, available_bytes: 614_400, percent: 40 },
      { mount: '/etc/hosts', total_bytes: 2_048_000, available_bytes: 0, percent: 100 },
    ]);
  });

  test('nvidia-smi: figures that a card does not have are absent', () => {
    expect(parseNvidiaSmi(fixture('linux-debian/nvidia-smi'))).toEqual([
      {
        name: 'NVIDIA GeForce RTX 3090',
        vendor: 'NVIDIA',
        memory_total_bytes: 24576 * mib,
        memory_used_bytes: 1024 * mib,
        percent: 37,
      },
      { name: 'NVIDIA GH200 480GB', vendor: 'NVIDIA' },
    ]);
    expect(parseNvidiaSmi('No devices were found\n')).toEqual([]);
  });

  test.each([
    ['Linux n1 6.1.0-40-amd64 x86_64\n', { hostname: 'n1', os: 'linux', arch: 'x86_64' }],
    ['Linux pi 6.6.20+rpt-rpi-v8 aarch64\n', { hostname: 'pi', os: 'linux', arch: 'arm64' }],
    ['Darwin mac.local 23.5.0 arm64\n', { hostname: 'mac.local', os: 'macos', arch: 'arm64' }],
  ])('uname %j', (text, expected) => {
    expect(parseUname(text)).toMatchObject(expected);
  });

  test('uname of something else gives no word that the snapshot does not have', () => {
    const parsed = parseUname('FreeBSD bsd 14.1-RELEASE riscv64\n');
    expect(parsed).not.toHaveProperty('os');
    expect(parsed).not.toHaveProperty('arch');
    expect(parseUname('sh: uname: not found')).toMatchObject({ system: 'sh:' });
    expect(parseUname('')).toBeUndefined();
  });
});

describe('macOS', () => {
  test('vm_stat: pages of 16 KiB on Apple Silicon, of 4 KiB on Intel', () => {
    expect(parseVmStatUsedBytes(fixture('macos-apple-silicon/vm_stat'))).toBe(
      (922523 - 18422 + 214306 + 366002) * 16384,
    );
    expect(parseVmStatUsedBytes(fixture('macos-intel/vm_stat'))).toBe(
      (976657 - 20114 + 387215 + 65120) * 4096,
    );
  });

  test('vm_stat without a line that the sum needs gives nothing', () => {
    const text = fixture('macos-intel/vm_stat').replace(/^Pages occupied by compressor.*\n/m, '');
    expect(parseVmStatUsedBytes(text)).toBeUndefined();
  });

  test('sysctl', () => {
    const values = parseSysctl(fixture('macos-apple-silicon/sysctl'));
    expect(values.get('hw.memsize')).toBe('34359738368');
    expect(parseLoadAverages(values.get('vm.loadavg') ?? '')).toEqual({
      '1m': 2.31,
      '5m': 2.48,
      '15m': 2.17,
    });
    expect(parseBootTime(values.get('kern.boottime') ?? '')).toBe(1789196391.97999);
    expect(parseSwapUsage(values.get('vm.swapusage') ?? '')).toEqual({
      totalBytes: 2048 * mib,
      usedBytes: 1021.25 * mib,
    });
  });

  test.each([
    ['total = 1.50G  used = 512.00K  free = 1.50G', { totalBytes: 1.5 * 2 ** 30, usedBytes: 512 * 1024 }],
    ['total = 0.00M  used = 0.00M  free = 0.00M', { totalBytes: 0, usedBytes: 0 }],
    ['total = 2048,00M  used = 1,00M  free = 1,00M', undefined],
    ['total = -1.00M  used = x', undefined],
  ])('swap usage %j', (text, expected) => {
    expect(parseSwapUsage(text)).toEqual(expected);
  });

  test('top: the second sample counts, and one alone is no answer', () => {
    const text = fixture('macos-apple-silicon/top');
    expect(parseTopBusyPercent(text)).toBe(27.4);
    expect(parseTopBusyPercent(fixture('macos-intel/top'))).toBe(7.2);
    expect(parseTopBusyPercent(text.slice(0, text.lastIndexOf('CPU usage')))).toBeUndefined();
  });

  test('df: the root stands for the volumes that share its space', () => {
    expect(disksOf(parseDf(fixture('macos-apple-silicon/df')))).toEqual([
      { mount: '/', total_bytes: 971350180 * 1024, available_bytes: 371520044 * 1024, percent: 61.8 },
      expect.objectContaining({ mount: '/Volumes/Time Machine 2', percent: 25 }),
    ]);
  });

  test('ioreg', () => {
    expect(parseIoregGpus(fixture('macos-apple-silicon/ioreg'))).toEqual([
      { name: 'Apple M2 Max', vendor: 'Apple', percent: 16 },
    ]);
    expect(parseIoregGpus(fixture('macos-intel/ioreg'))).toEqual([
      { name: 'IntelAccelerator', vendor: 'Intel', percent: 7 },
    ]);
    expect(parseIoregGpus('')).toEqual([]);
  });
});
