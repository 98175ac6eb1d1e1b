import { fileURLToPath } from 'node:url';

/** A file of this clone. This one is `dist/main.js` when it runs, `src/built.ts` when it is tested: equally deep. */
export const inClone = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

export const builtServer = inClone('apps/mcp-server/dist/main.js');
export const emptyServer = inClone('tools/bench/dist/empty-server.js');
