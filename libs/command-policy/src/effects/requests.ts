import { hasOption, nameSet, optionValue, readArguments } from '../frames/arguments.js';
import type { Call } from '../frames/call.js';
import type { Effect } from './effect.js';
import type { MakeEffect } from './make.js';

const clients = /^(?:curl|wget|http|https|httpie|xh|xhs|curlie|hurl)$/u;
const local =
  /^(?:\w+:\/\/)?(?:localhost|127\.\d+\.\d+\.\d+|\[::1\]|0\.0\.0\.0|host\.docker\.internal|[\w-]+\.localhost)(?:[:/]|$)/u;

/** Addresses at which DELETE takes everything: of an Elasticsearch, a forge, a registry, a cluster. */
const everything: readonly (readonly [
  RegExp,
  'drop-data' | 'rewrite-remote' | 'delete-kubernetes' | 'delete-cloud',
])[] = [
  [/:9200\/(?:_all|\*|[\w-]*\*)(?:\?|$)|\/(?:_all|\*)(?:\?|$)/u, 'drop-data'],
  [
    /api\.github\.com\/repos\/[^/]+\/[^/?]+(?:\?|$)|\/api\/v[34]\/projects\/[^/?]+(?:\?|$)/u,
    'rewrite-remote',
  ],
  [/\/api\/v1\/(?:namespaces|nodes|persistentvolumes)\/[^/?]+(?:\?|$)/u, 'delete-kubernetes'],
  [
    /api\.(?:cloudflare|digitalocean|linode|hetzner|vultr|heroku)\.\w+\/.*(?:zones|droplets|instances|servers|apps|volumes|databases)\/[^/?]+(?:\?|$)/u,
    'delete-cloud',
  ],
];

/** `curl -X DELETE`: on this machine a developer's own service; elsewhere somebody's data. */
export function requestEffects(call: Call, effect: MakeEffect): Effect[] {
  if (!clients.test(call.program)) return [];
  const found = readArguments(call.args, nameSet('-X --request --method -H -d --data -u -o --header'));
  const by = call.args.find((arg) => arg.text.includes('_delete_by_query'));
  if (by !== undefined)
    return [
      effect('drop-data', call.args.some((arg) => arg.text.includes('match_all')) ? 'all' : 'one', by.text),
    ];
  const method = optionValue(found, '-X', '--request', '--method')?.text ?? found.operands[0]?.text ?? '';
  if (method.toUpperCase() !== 'DELETE' || hasOption(found, '--help')) return [];
  const address = found.operands.map((arg) => arg.text).find((text) => /[./:]/u.test(text)) ?? '';
  const whole = everything.find(([test]) => test.test(address))?.[1];
  if (whole !== undefined && !(local.test(address) && whole !== 'drop-data'))
    return [effect(whole, whole === 'delete-kubernetes' ? 'cluster' : 'all', `DELETE ${address}`)];
  return local.test(address) ? [] : [effect('change-cloud', 'one', `DELETE ${address}`)];
}
