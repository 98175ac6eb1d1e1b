import type { Gpu } from '../snapshot.js';

/**
 * `ioreg -r -d 1 -w 0 -c IOAccelerator` on macOS: an entry a GPU, each beginning `+-o ClassName <…>`, with
 * `"model" = "Apple M1"` (on Apple Silicon) and `"PerformanceStatistics" = {…,"Device Utilization %"=3,…}`. Where
 * no model is given, the driver's class is the name. Memory is left out: it is the machine's own on Apple Silicon.
 */
export function parseIoregGpus(text: string): Gpu[] {
  const gpus: Gpu[] = [];
  for (const entry of text.split(/^\+-o /m).slice(1)) {
    const className = /^(\S+)/.exec(entry)?.[1];
    const name = /"model" = <?"([^"]+)"/.exec(entry)?.[1] ?? className;
    if (name === undefined) continue;
    const percent = /"Device Utilization %"=(\d+)/.exec(entry)?.[1];
    const vendor = vendorOf(`${className ?? ''} ${name}`);
    gpus.push({
      name,
      ...(vendor === undefined ? {} : { vendor }),
      ...(percent === undefined || Number(percent) > 100 ? {} : { percent: Number(percent) }),
    });
  }
  return gpus;
}

function vendorOf(words: string): string | undefined {
  if (/\bAGX|\bApple /.test(words)) return 'Apple';
  if (/AMD|Radeon/.test(words)) return 'AMD';
  return /Intel/.test(words) ? 'Intel' : undefined;
}
