import { mark } from '../../words/marks.js';
import { isSecretPath } from '../../words/secrets.js';
import { nameSet, readArguments } from '../arguments.js';
import type { Call } from '../call.js';
import { valuedOptions } from '../global-options.js';
import type { Machine } from '../machine.js';
import type { Shell } from '../shell.js';
import { filesProducers } from './files.js';
import { listingsProducers } from './listings.js';
import { networkProducers } from './network.js';
import { contents, token, transformed, type Producer } from './producer.js';
import { secretsProducers } from './secrets.js';
import { textProducers } from './text.js';
import { isTrustedProducer } from './trusted.js';

/** These print a number, a name, a date: something without a slash. */
const naming = 'date whoami id hostname nproc uname wc expr lsof uuidgen sha256sum md5sum';

/** What known programs print. */
const producers: ReadonlyMap<string, Producer> = new Map([
  ...Object.entries<Producer>({
    ...textProducers,
    ...filesProducers,
    ...networkProducers,
    ...secretsProducers,
    ...listingsProducers,
  }),
  ...naming.split(' ').map((name) => [name, token] as const),
  ...['sleep', 'true'].map((name) => [name, () => ''] as const),
]);

const decompressor =
  /^(?:gunzip|gzip|bunzip2|bzip2|unxz|xz|zstd|unzstd|lz4|brotli|unlzma|lzma|zcat|xzcat|bzcat)$/u;

export function produce(_machine: Machine, call: Call, shell: Shell): string {
  if (isTrustedProducer(call)) return mark.trusted;
  if (decompressor.test(call.program)) return transformed(contents(call, shell), () => undefined);
  const found = producers.get(call.program);
  if (found !== undefined) return withinBounds(found(call, shell));
  if (call.input?.includes(mark.secret) === true || call.args.some(({ text }) => isSecretPath(text)))
    return mark.secret;
  return lists(call) ? mark.star : mark.unknown;
}

/** `lxc list`, `virsh list --name`: programs that manage many of something say what there is. */
const lists = (call: Call): boolean =>
  readArguments(call.args, nameSet(valuedOptions(call)))
    .operands.slice(0, 3)
    .some(({ text }) => /^(?:ps|ls|list(?:-\w+)?|images|pods|get)$/u.test(text)) &&
  !call.args.some(({ text }) => /^(?:-l|--selector|--filter|-f|--field-selector)(?:=|$)/u.test(text));

const withinBounds = (text: string): string => (text.length > 100_000 ? mark.unknown : text);
