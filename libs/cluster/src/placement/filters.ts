import type { Filter } from './filter.js';
import { arch } from './filters/arch.js';
import { askedFor } from './filters/asked-for.js';
import { capabilities } from './filters/capabilities.js';
import { cordoned } from './filters/cordoned.js';
import { folder } from './filters/folder.js';
import { os } from './filters/os.js';
import { reachable } from './filters/reachable.js';

/** All of them look at every node, so that a refusal names every reason. `programs.ts` comes after these. */
export const filters: readonly Filter[] = [askedFor, os, arch, capabilities, cordoned, reachable, folder];
