import type { Question } from '@cluster-execution/cluster';

/** What a person has to know to decide: the command, where it would run, and what the policy found. */
export function questionText({ command, node, findings }: Question): string {
  const place = node === undefined ? 'on a node that is still to be chosen' : `on ${node}`;
  const reasons = findings.map(({ rule, message }) => `- ${message} (${rule})`);
  const instead = findings.flatMap(({ suggestion }) => (suggestion === undefined ? [] : [suggestion]));
  return [
    `An agent wants to run this command ${place}:`,
    '',
    shown(command),
    '',
    'The policy asks because:',
    ...reasons,
    ...(instead.length === 0 ? [] : ['', `Instead it could run: ${instead.join(' or ')}`]),
  ].join('\n');
}

const longest = 4_000;

/** Control characters could hide a part of it from the person; so could its middle, were it left out. */
function shown(command: string): string {
  // What terminals act upon, and what turns the direction of text around.
  const visible = command.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    escaped,
  );
  return visible.length <= longest
    ? visible
    : `${visible.slice(0, longest)}\n… and ${visible.length - longest} characters more that are not shown: refuse it where in doubt.`;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
