import { checked, openCluster, surroundings, type Cluster } from '@cluster-execution/cluster';
import { z } from 'zod';
import { describeError, type Level, type Log } from './log.js';
import { tools } from './tools/all-tools.js';
import type { Answer, Call, Problem, Tool } from './tools/tool.js';

/** A tool as a client lists it; the schemas are JSON schemas. */
export interface ListedTool {
  name: string;
  title: string;
  description: string;
  inputSchema: object;
  outputSchema: object;
  annotations: Tool['annotations'];
}

export type CallHooks = Omit<Call, 'cluster'>;

/** The tools on an open cluster. */
export interface ToolBox {
  list(): ListedTool[];
  /** Undefined where there is no such tool. Never rejects: a fault of our own is an answer too. */
  call(name: string, args: unknown, hooks: CallHooks): Promise<Answer> | undefined;
  readonly logLevel: Level;
  /** Ends this process's commands, and waits until that is on record. */
  close(): Promise<void>;
}

/** Opens the cluster; rejects with an error that says what is wrong with the configuration. */
export async function openToolBox(options: { config?: string; log: Log }): Promise<ToolBox> {
  const { config, log } = options;
  const cluster = await openCluster({
    around: surroundings(process.env, process.cwd()),
    notice: (message) => log.write('warning', message),
    ...(config === undefined ? {} : { configFlag: config }),
  });
  return createToolBox(cluster, log);
}

export function createToolBox(cluster: Cluster, log: Log): ToolBox {
  const prepared = new Map(tools.map((tool) => [tool.name, prepare(tool)]));
  return {
    list: () =>
      [...prepared.values()].map(({ tool, schemas }) => ({
        name: tool.name,
        title: tool.title,
        description: typeof tool.description === 'string' ? tool.description : tool.description(cluster),
        annotations: tool.annotations,
        ...schemas,
      })),
    call(name, args, hooks) {
      const found = prepared.get(name);
      return found === undefined ? undefined : answer(found, args, { ...hooks, cluster }, log);
    },
    get logLevel() {
      return cluster.current().settings.configuration.logLevel;
    },
    close: () => cluster.close(),
  };
}

/** A tool with what is made of its shapes once: zod compiles a schema when it is first used. */
interface Prepared {
  tool: Tool;
  input: z.ZodType;
  schemas: Pick<ListedTool, 'inputSchema' | 'outputSchema'>;
}

function prepare(tool: Tool): Prepared {
  const input = z.strictObject(tool.inputShape);
  return { tool, input, schemas: schemasOf(input, z.looseObject(tool.outputShape)) };
}

async function answer({ tool, input }: Prepared, args: unknown, call: Call, log: Log): Promise<Answer> {
  const parsed = checked(input, args);
  if (!parsed.ok) {
    const hint = `These are its parameters: ${Object.keys(tool.inputShape).join(', ')}. See the tool’s input schema.`;
    const problem = { error: parsed.error, error_code: 'invalid-arguments', hint };
    return { content: refuse(tool, args, problem), isError: true };
  }
  const startedAt = performance.now();
  try {
    const given = await tool.handle(args as Record<string, unknown>, call);
    log.write('debug', `${tool.name} answered`, summary(given, startedAt));
    return given;
  } catch (error) {
    const { message, code } = describeError(error);
    log.write('error', `${tool.name} failed: ${message}`, summary(undefined, startedAt));
    const hint =
      'This is a fault of the server, not of the call: task_list shows whether the command was begun.';
    const problem = { error: message, error_code: code ?? 'internal-error', hint };
    return { content: { ...refuse(tool, args, problem), status: 'lost' }, isError: true };
  }
}

function refuse(tool: Tool, args: unknown, problem: Problem): object {
  return tool.refuse?.(args, problem) ?? { status: 'invalid', ...problem };
}

/** What the log may know of an answer: neither command nor output, they may hold secrets. */
function summary(given: Answer | undefined, startedAt: number): Record<string, unknown> {
  const content = (given?.content ?? {}) as { status?: unknown; task_id?: unknown };
  return {
    ms: Math.round(performance.now() - startedAt),
    ...(typeof content.status === 'string' ? { status: content.status } : {}),
    ...(typeof content.task_id === 'string' ? { task_id: content.task_id } : {}),
  };
}

/** MCP clients take plain JSON schemas; the dialect's name is left out, since both that are about agree on these. */
function schemasOf(input: z.ZodType, output: z.ZodType): Prepared['schemas'] {
  const { $schema: _in, ...inputSchema } = z.toJSONSchema(input, { target: 'draft-7', io: 'input' });
  const { $schema: _out, ...outputSchema } = z.toJSONSchema(output, { target: 'draft-7', io: 'output' });
  return { inputSchema, outputSchema };
}
