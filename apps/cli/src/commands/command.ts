import type { Command } from 'commander';

/** Takes the code to exit with. */
export type Done = (code: number) => void;

/** How one command is called. What it does is loaded when it is called, so that none pays for the others. */
export type CreateCommand = (done: Done) => Command;
