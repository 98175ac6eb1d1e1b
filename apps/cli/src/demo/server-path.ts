import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The MCP server: the sibling build, else `cluster-execution-mcp` on the PATH. */
export function findServer(path: string | undefined): { command: string; args: string[] } | undefined {
  const sibling = fileURLToPath(new URL('../../mcp-server/dist/main.js', import.meta.url));
  if (isReadable(sibling)) return { command: process.execPath, args: [sibling] };
  const installed = (path ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'cluster-execution-mcp'))
    .find(isReadable);
  return installed === undefined ? undefined : { command: installed, args: [] };
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false; // not there, or not for us: both mean that it is not the one
  }
}
