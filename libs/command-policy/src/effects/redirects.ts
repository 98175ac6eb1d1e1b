import type { Call } from '../frames/call.js';
import { mark, plainPath } from '../words/marks.js';
import type { Effect, EffectName, Scope } from './effect.js';
import type { MakeEffect } from './make.js';
import { scopeOfPath, type PathContext } from './paths.js';
import { isSecretPath } from '../words/secrets.js';

const shells = /^(?:ba|z|da|k|a|fi)?sh$/u;
const socket = /^\/dev\/(?:tcp|udp)\//u;

/** `> file`, `>> file`, `>& /dev/tcp/…`. */
export function redirectEffects(call: Call, context: PathContext, effect: MakeEffect): Effect[] {
  return call.redirects.flatMap(({ operator, target }) => {
    const path = target.text;
    if (operator.endsWith('&') && /^(?:\d+-?|-)$/u.test(path)) return [];
    if (socket.test(path)) {
      return shells.test(call.program) || call.program === 'exec'
        ? [effect('reverse-shell', 'all', path)]
        : [];
    }
    // A shell whose input or output goes to a descriptor that was opened elsewhere.
    if (operator.endsWith('&') && shells.test(call.program) && path.includes(mark.unknown))
      return [effect('reverse-shell', 'all', call.program)];
    if (operator === '<') return isSecretPath(path) ? [effect('read-secret', 'one', path)] : [];
    if (!operator.includes('>')) return [];
    const name = operator.includes('>>') ? 'append' : 'overwrite';
    return [writeEffect(name, absolute(path, call), scopeOfPath(path, call, context), effect)];
  });
}

/** As seen from the folder that the line has gone to by then. */
export const absolute = (path: string, call: Call): string =>
  /^[/\u0001-\u0004]/u.test(path) || call.cwd === mark.cwd ? path : plainPath(`${call.cwd}/${path}`);

/** What writing a path means may depend on which path it is. */
export function writeEffect(name: EffectName, path: string, scope: Scope, effect: MakeEffect): Effect {
  if (name === 'change-permissions' && scope === 'home' && /\/\.\w+$/u.test(path))
    return effect(name, 'personal', path);
  if (scope === 'settings' && path.startsWith('/usr/local/') && (name === 'overwrite' || name === 'append'))
    return effect(name, 'elsewhere', path);
  const writes = name === 'overwrite' || name === 'append';
  // Each file below: as good as deleting the tree.
  if (name === 'overwrite' && /[*\u0006]$/u.test(path) && /^(?:root|home|system|above)$/u.test(scope))
    return effect('delete-tree', scope, path);
  if (scope === 'device')
    return effect(name === 'change-permissions' ? name : 'write-device', 'device', path);
  if (name === 'write-device')
    return effect(scope === 'workspace' || scope === 'temporary' ? 'overwrite' : name, scope, path);
  if (scope === 'harmless' && name === 'move-away') return effect('overwrite', 'harmless', path);
  if (writes && /^\/proc\/sysrq-trigger$|^\/sys\/power\/(?:state|disk)$/u.test(path))
    return effect('power', 'all', path);
  if (/^\/var\/(?:log|adm)(?:\/|$)/u.test(path) && name !== 'append' && name !== 'change-permissions')
    return effect('tamper-log', 'all', path);
  if (path.startsWith('/var/spool/cron') && /^(?:delete-|move)/u.test(name))
    return effect('change-scheduled', 'all', path);
  if (path.startsWith('/etc/sudoers') && writes) return effect('grant-privilege', 'all', path);
  if (/\.(?:bash|zsh|sh|python|mysql|psql)_history$/u.test(path))
    return effect('tamper-history', 'one', path);
  if (/\.ssh\/(?:authorized_keys2?|config|rc)$/u.test(path)) {
    if (writes) return effect('grant-access', 'one', path);
    if (name !== 'change-permissions') return effect('delete-tree', 'personal', path); // nobody gets in any more
  }
  if (isSecretPath(path) && /^(?:delete-file|move-away)$/u.test(name))
    return effect('delete-tree', 'personal', path);
  if (
    name === 'overwrite' &&
    path.startsWith(mark.home) &&
    /\/\.(?:bashrc|zshrc|profile|bash_profile|zshenv|zprofile|gitconfig|vimrc)$/u.test(path)
  ) {
    return effect('poison-environment', 'home', path);
  }
  return effect(name, scope, path);
}
