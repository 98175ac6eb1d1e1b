import { globSync, readFileSync } from 'node:fs';
import { inRoot } from './root.mjs';

/** A fenced block of a Markdown file. */
export interface CodeBlock {
  file: string;
  /** Of the opening fence, from 1. */
  line: number;
  language: string;
  /** What stands in the comment `<!-- test: … -->` before the block, as in `<!-- test: exit 126 -->`. */
  mark?: string;
  text: string;
}

/** The Markdown files that people read, relative to the root of this clone. */
export function documents(): string[] {
  return globSync(['*.md', '{libs,apps,tools}/*/*.md'], { cwd: inRoot() }).toSorted();
}

export function codeBlocks(file: string, text = readFileSync(inRoot(file), 'utf8')): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    const [, indent, fence, language] = /^( *)(`{3,})(\S*)/.exec(lines[index] ?? '') ?? [];
    if (indent === undefined || fence === undefined) continue;
    const end = lines.findIndex((line, at) => at > index && line.trim() === fence);
    if (end === -1) throw new Error(`${file}:${index + 1}: this block is never closed.`);
    const mark = markBefore(lines, index);
    blocks.push({
      file,
      line: index + 1,
      language: language ?? '',
      ...(mark === undefined ? {} : { mark }),
      text: lines
        .slice(index + 1, end)
        .map((line) => line.slice(indent.length))
        .join('\n'),
    });
    index = end;
  }
  return blocks;
}

/** An empty line may stand between the comment and the block: Prettier puts one there. */
function markBefore(lines: string[], index: number): string | undefined {
  const before = lines[index - 1]?.trim() === '' ? lines[index - 2] : lines[index - 1];
  return /^ *<!-- test: (.+) -->$/.exec(before ?? '')?.[1];
}
