import { app, library } from '../../tools/workspace/tsup.mjs';

// The empty server is bundled as the real one is: only then do their starts compare.
export default [library(['src/main.ts', 'src/relay.ts']), app(['src/empty-server.ts'])];
