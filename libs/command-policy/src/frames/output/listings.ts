import { mark } from '../../words/marks.js';
import { hasOption, nameSet, readArguments } from '../arguments.js';
import type { Producer } from './producer.js';

const listing: Producer = (call) => {
  const found = readArguments(call.args, nameSet('-I -w'));
  if (found.operands.length === 0) return mark.star;
  const itself = hasOption(found, '-d');
  return found.operands
    .map(({ text }) => (itself || text.includes(mark.star) ? text : mark.token))
    .join('\n');
};

const inventory: Producer = (call) => {
  if (call.args.some(({ text }) => /^secrets?(?:\/|$)/u.test(text))) return mark.secret;
  const narrowed = call.args.some(({ text }) =>
    /^(?:-l|--selector.*|--filter.*|-f|--field-selector.*)$/u.test(text),
  );
  if (narrowed) return mark.token;
  const all = call.args.some(({ text }) =>
    /^(?:ps|images|ls|list|get|container|volume|image|network)$/u.test(text),
  );
  return all ? mark.star : mark.unknown;
};

/** Numbers of processes: of those that the machine is reached by, as bad as of all. */
const processes: Producer = (call) =>
  call.args.some(({ text }) => /(?:^|\/)(?:sshd?|systemd|init|dbus-daemon|NetworkManager)\b/u.test(text))
    ? mark.star
    : mark.token;

const git: Producer = (call) => {
  const verb = call.args.find((arg) => !arg.text.startsWith('-'))?.text;
  if (verb === 'ls-files') return `./${mark.token}`;
  if (verb === 'rev-parse')
    return call.args.some((arg) => arg.text === '--show-toplevel') ? mark.cwd : mark.token;
  if (call.args.some((arg) => arg.text === '--show-current')) return mark.token;
  if (/^(?:branch|tag|for-each-ref|ls-remote|show-ref)$/u.test(verb ?? '')) return mark.star;
  return verb === 'diff' || verb === 'status' ? `./${mark.token}` : mark.token;
};

export const listingsProducers: Readonly<Record<string, Producer>> = {
  ls: listing,
  ps: () => mark.star,
  pgrep: processes,
  pidof: processes,
  git,
  docker: inventory,
  podman: inventory,
  kubectl: inventory,
  helm: inventory,
  'redis-cli': (call) =>
    call.args.some(({ text }) => /^(?:--scan|keys)$/iu.test(text)) ? mark.star : mark.unknown,
};
