import type { Call } from '../frames/call.js';
import type { Effect } from './effect.js';
import type { MakeEffect } from './make.js';

/** Variables that load code into what runs next. */
const loads =
  /^(?:LD_PRELOAD|LD_AUDIT|DYLD_INSERT_LIBRARIES|BASH_ENV|ENV|PERL5OPT|RUBYOPT|PYTHONSTARTUP|PYTHONINSPECT|GCONV_PATH|PROMPT_COMMAND|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|GIT_EXEC_PATH|GIT_TEMPLATE_DIR|SHELLOPTS|BASHOPTS|ZDOTDIR|NODE_PATH_HOOK|GIT_CONFIG_GLOBAL|GIT_PROXY_COMMAND|GLIBC_TUNABLES)$/u;

/** Assignments in front of a command, and `export` of the same. */
export function environmentEffects(call: Call, effect: MakeEffect): Effect[] {
  const exported = /^(?:export|declare|typeset|readonly|setenv)$/u.test(call.program)
    ? call.args.map((arg) => splitAssignment(arg.text))
    : [];
  return [...call.variables, ...exported].flatMap(([name, value]) => {
    if (loads.test(name) && value !== '') return [effect('poison-environment', 'one', `${name}=${value}`)];
    if (
      name === 'NODE_OPTIONS' &&
      /(?:^|\s)(?:--require|-r|--import|--loader|--experimental-loader)/u.test(value)
    ) {
      return [effect('poison-environment', 'one', `${name}=${value}`)];
    }
    if (name === 'PATH' && /^(?:\.?:|\.(?:\/)?:|\/tmp|\/var\/tmp|\/dev\/shm|\u0003)/u.test(value))
      return [effect('poison-environment', 'one', `${name}=${value}`)];
    if (/^(?:HISTFILE|HISTSIZE|HISTFILESIZE)$/u.test(name) && /^(?:0|\/dev\/null|)$/u.test(value))
      return [effect('tamper-history', 'one', `${name}=${value}`)];
    return [];
  });
}

function splitAssignment(text: string): [string, string] {
  const equals = text.indexOf('=');
  return equals < 0 ? ['', ''] : [text.slice(0, equals), text.slice(equals + 1)];
}
