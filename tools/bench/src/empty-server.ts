import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';

/** An MCP server that can do nothing: what the SDK's own start costs. */
await new Server({ name: 'empty', version: '0' }, { capabilities: { tools: {} } }).connect(
  new StdioServerTransport(),
);
