import { library } from '../../tools/workspace/tsup.mjs';

export default library();
