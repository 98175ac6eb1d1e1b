import { app } from '../../tools/workspace/tsup.mjs';

export default app();
