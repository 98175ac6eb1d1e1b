import { library } from '../../tools/workspace/tsup.mjs';

export default library(['src/index.ts', 'src/main.ts']);
