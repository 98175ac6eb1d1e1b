import type { Call } from '../frames/call.js';
import { mark } from '../words/marks.js';
import type { Effect } from './effect.js';
import type { MakeEffect } from './make.js';

/** These keep all of their input before they print anything. */
const hoards =
  /^(?:tail|sort|tac|rev|less|vim|vi|nano|sponge|shuf|tsort|python[\d.]*|perl|ruby|node|awk|wc-l|jq|sed|grep|tr-all|column|xargs)$/u;
const endlessFile = /^\/dev\/(?:zero|full|u?random)$/u;

/** Input without an end into what keeps it, or into a file. */
export function exhaustEffects(call: Call, effect: MakeEffect): Effect[] {
  const reads =
    call.input?.includes(mark.endless) === true || call.args.some((arg) => endlessFile.test(arg.text));
  const fills = call.args.some((arg) => arg.text.includes(mark.endless));
  const keeps = reads && hoards.test(call.program) && call.program !== 'xargs';
  if (keeps || fills) return [effect('exhaust-memory', 'all', call.program)];
  const copies =
    /^(?:cat|yes|cp|pv|tee|base64|tr)$/u.test(call.program) &&
    (call.program === 'cp'
      ? call.args.some((arg) => endlessFile.test(arg.text))
      : reads || call.program === 'yes');
  const toFile = call.redirects.some(
    ({ operator, target }) => operator.includes('>') && !target.text.startsWith('/dev/'),
  );
  if (copies && (toFile || call.program === 'cp' || call.program === 'tee'))
    return [effect('exhaust-memory', 'all', call.program)];
  const words = call.args.map((arg) => arg.text);
  const copiesAll =
    call.program === 'dd' &&
    words.some((word) => endlessFile.test(word.replace(/^if=/u, ''))) &&
    !words.some((word) => /^(?:count=|of=\/dev\/)/u.test(word));
  return copiesAll && words.some((word) => word.startsWith('of='))
    ? [effect('exhaust-memory', 'all', words.join(' '))]
    : [];
}
