const names = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** Programs that end at once and leave nothing behind: a line of these alone runs attached. */
export const quickPrograms = names(
  ': true false echo printf pwd cd ls cat head tail wc cut tr sort uniq which type command test [ stat file date hostname uname id whoami ' +
    'basename dirname readlink realpath nproc uptime free df env printenv',
);

/** What bash itself does: no such program needs to be there. */
export const shellBuiltins = names(
  ': . [ alias bg bind break builtin caller cd command compgen complete compopt continue declare dirs disown echo enable eval exec exit ' +
    'export false fc fg getopts hash help history jobs kill let local logout mapfile popd printf pushd pwd read readarray readonly return set ' +
    'shift shopt source suspend test times trap true type typeset ulimit umask unalias unset wait time coproc',
);
