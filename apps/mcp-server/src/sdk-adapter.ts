import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import {
  ErrorCode,
  McpError,
  type JSONRPCRequest,
  type ServerNotification,
  type ServerRequest,
} from '@modelcontextprotocol/sdk/types.js';
import { questionText } from './question-text.js';
import type { CallHooks, ToolBox } from './tool-box.js';

export interface ConnectOptions {
  name: string;
  title: string;
  version: string;
  instructions: string;
  /** The tools; asked for by the first request that needs them. */
  tools: () => Promise<ToolBox>;
  /** The client has its answer to `initialize`. */
  onInitialized: () => void;
  /** There is no connection any more, such as after a message that was too large. */
  onClosed: () => void;
  /** Something was wrong with a message. */
  onProblem: (message: string) => void;
}

export interface Connection {
  toolsChanged(): Promise<void>;
  /** Resolves when every call that is under way has been answered. */
  answered(): Promise<void>;
  close(): Promise<void>;
}

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;
type Result = Awaited<ReturnType<NonNullable<Server['fallbackRequestHandler']>>>;

/** The SDK's own limit of 10 MiB is less than what somebody may want to give a command as its standard input. */
const messageBytes = 64 * 1024 * 1024;

/** A person may take this long to answer; the call itself answers after its wait_seconds. */
const personMs = 24 * 60 * 60 * 1_000;

/** Serves the tools over standard input and output, with the MCP SDK. Nothing else knows that SDK. */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const { name, title, version, instructions } = options;
  const server = new Server(
    { name, title, version },
    {
      capabilities: { tools: { listChanged: true } },
      instructions,
      // The SDK's own takes a while to make; a person's answer is read as strictly below.
      jsonSchemaValidator: {
        getValidator: () => (input) => ({ valid: true, data: input as never, errorMessage: undefined }),
      },
    },
  );
  Object.assign(server, {
    oninitialized: options.onInitialized,
    onclose: options.onClosed,
    onerror: (error: Error) => options.onProblem(error.message),
  } satisfies Pick<Server, 'oninitialized' | 'onclose' | 'onerror'>);
  const underWay = new Set<Promise<unknown>>();

  async function callTool(request: JSONRPCRequest, extra: Extra): Promise<Result> {
    const { name: tool, arguments: args = {} } = request.params ?? {};
    const box = await options.tools();
    const answering = box.call(String(tool), args, hooksFor(server, extra, options));
    if (answering === undefined) {
      const known = box.list().map((each) => each.name);
      throw new McpError(
        ErrorCode.InvalidParams,
        `There is no tool "${String(tool)}". The tools are: ${known.join(', ')}.`,
      );
    }
    const { content, isError } = await answering;
    return {
      content: [{ type: 'text', text: JSON.stringify(content) }],
      structuredContent: content,
      ...(isError ? { isError } : {}),
    };
  }

  // Not setRequestHandler: the SDK then answers arguments of a wrong type with a protocol error, which agents do not see.
  server.fallbackRequestHandler = async (request, extra) => {
    if (request.method === 'tools/list') return { tools: (await options.tools()).list() };
    if (request.method !== 'tools/call')
      throw new McpError(ErrorCode.MethodNotFound, `There is no method ${request.method}.`);
    const answering = callTool(request, extra);
    underWay.add(answering);
    try {
      return await answering;
    } finally {
      underWay.delete(answering);
    }
  };
  await server.connect(
    new StdioServerTransport(process.stdin, process.stdout, { maxBufferSize: messageBytes }),
  );

  return {
    toolsChanged: () => server.sendToolListChanged(),
    answered: async () => {
      await Promise.allSettled(underWay);
      // The SDK sends an answer some turns after its handler has resolved.
      await new Promise((resolve) => setImmediate(resolve));
    },
    close: () => server.close(),
  };
}

function hooksFor(server: Server, extra: Extra, { onProblem }: ConnectOptions): CallHooks {
  const token = extra._meta?.progressToken;
  const canAsk = server.getClientCapabilities()?.elicitation?.form !== undefined;
  return {
    signal: extra.signal,
    ...(token === undefined ? {} : { progress: progressTeller(token, extra, onProblem) }),
    ...(canAsk ? { ask: asker(server, onProblem) } : {}),
  };
}

function progressTeller(
  progressToken: string | number,
  extra: Extra,
  onProblem: (message: string) => void,
): (message: string) => void {
  const startedAt = performance.now();
  let last = 0;
  return (message) => {
    // Seconds so far; the protocol wants each to be more than the one before.
    last = Math.max(last + 0.001, Math.round(performance.now() - startedAt) / 1_000);
    extra
      .sendNotification({
        method: 'notifications/progress',
        params: { progressToken, progress: last, message },
      })
      .catch((error: Error) => onProblem(`Progress could not be told: ${error.message}`));
  };
}

function asker(server: Server, onProblem: (message: string) => void): NonNullable<CallHooks['ask']> {
  return async (question, signal) => {
    try {
      const { action, content } = await server.elicitInput(
        {
          message: questionText(question),
          requestedSchema: {
            type: 'object',
            properties: {
              decision: {
                type: 'string',
                title: 'Decision',
                description: 'Run this command once, or refuse it.',
                enum: ['run', 'refuse'],
              },
            },
            required: ['decision'],
          },
        },
        { signal, timeout: personMs },
      );
      return action === 'accept' && content?.['decision'] === 'run' ? 'yes' : 'no';
    } catch (error) {
      if (!signal.aborted) onProblem(`Nobody could be asked: ${(error as Error).message}`);
      return 'unavailable';
    }
  };
}
