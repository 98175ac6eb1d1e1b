import { parseIoregGpus } from '../formats/ioreg.js';
import { nvidiaSmiArguments, parseNvidiaSmi } from '../formats/nvidia-smi.js';
import type { Sections } from '../shell/marks.js';
import { complaintOf, limitedTextOf, textOf, type Collector, type Reading } from './collector.js';

/** On Linux the NVIDIA cards that nvidia-smi knows of; on macOS what the system calls an accelerator. */
export const gpus: Collector = {
  name: 'gpus',
  fromShell(sections) {
    if (sections.has('ioreg')) return { figures: { gpus: parseIoregGpus(limitedTextOf(sections, 'ioreg')) } };
    if (textOf(sections, 'nvidia-smi').trim() === 'none') return { figures: { gpus: [] } };
    return fromNvidiaSmi(sections);
  },
  async fromMachine(machine) {
    if (machine.platform === 'darwin') {
      const text = await machine.run('ioreg', ['-r', '-d', '1', '-w', '0', '-c', 'IOAccelerator']);
      return { figures: { gpus: parseIoregGpus(text) } };
    }
    if (machine.platform !== 'linux') return { figures: { gpus: await machine.graphics() } };
    if (!machine.hasNvidiaDriver()) return { figures: { gpus: [] } };
    const text = await machine.run('nvidia-smi', nvidiaSmiArguments);
    return { figures: { gpus: parseNvidiaSmi(text) } };
  },
};

function fromNvidiaSmi(sections: Sections): Reading {
  const text = limitedTextOf(sections, 'nvidia-smi');
  if (sections.get('nvidia-smi')?.status !== 0) throw new Error(complaintOf('nvidia-smi', text));
  return { figures: { gpus: parseNvidiaSmi(text) } };
}
