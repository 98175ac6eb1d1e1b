/** What the demo's three nodes are for; all of them are this machine. */
export const demoNodes: Readonly<Record<string, Record<string, unknown>>> = {
  builder: {
    aliases: ['linux'],
    capabilities: ['compilation'],
    specialties: ['compilation', 'files'],
    priority: 2,
    maxTasks: 4,
  },
  tester: {
    aliases: ['check'],
    capabilities: ['testing'],
    specialties: ['testing'],
    priority: 2,
    maxTasks: 4,
  },
  spare: { capabilities: ['docs'], priority: 4, maxTasks: 2 },
};

/** The machine's load is everybody's here: thresholds that it cannot exceed, so that routing shows its rules. */
export const demoSettings = {
  localNode: 'laptop',
  thresholds: { cpuPercent: 100, load: 1_000, memoryPercent: 100 },
  timeouts: { commandSeconds: 30, connectSeconds: 10, statusSeconds: 10 },
};
