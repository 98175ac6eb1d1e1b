import { defineConfig } from 'vitest/config';

const conditions = ['@cluster-execution/source', 'node', 'import', 'module', 'default'];
const shared = {
  resolve: { conditions },
  ssr: { resolve: { conditions } },
};
const ignored = ['**/node_modules/**', '**/dist/**'];

/** unit: nothing outside the process's own files. lab: real sshd and built apps. */
export default defineConfig({
  test: {
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          include: ['{libs,apps,tools}/*/src/**/*.test.ts', 'tools/workspace/*.test.ts'],
          exclude: [...ignored, '**/*.lab.test.ts'],
          testTimeout: 20_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        ...shared,
        test: {
          name: 'lab',
          include: ['{libs,apps,tools}/**/*.lab.test.ts', '{libs,apps,tools}/*/e2e/**/*.test.ts'],
          exclude: ignored,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
