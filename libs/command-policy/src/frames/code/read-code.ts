import { isSensitivePath } from '../../words/secrets.js';
import type { CodeAction, Language } from './action.js';
import { commandLines } from './command-lines.js';
import { stringLiterals, withVariables, type Literal } from './literals.js';
import { notices } from './notices.js';

/** Functions that hand their argument to a shell or start it as a program. */
const starts =
  /(?:\b(?:system|popen[234]?|exec[lv]?p?e?|execSync|execFile|execFileSync|spawn[lv]?p?e?|spawnSync|shell_exec|passthru|proc_open|pcntl_exec|check_call|check_output|getoutput|getstatusoutput|call|run|Popen|execute|capture[23e]*|shell-command|do shell script|run_process|syscall)\b|\$|\bqx|%x)\s*[!]?[\s([{*]*(?:args\s*=\s*\[?\s*)?$/u;

/** Functions on paths, as the command that does the same. */
const onPaths: readonly (readonly [RegExp, readonly string[]])[] = [
  [
    /(?:rmtree|rm_rf|rm_r|remove_tree|removeSync|rimraf(?:\.sync|Sync)?|remove_dir_all|remove_entry_secure|emptyDirSync|delete-directory|Deno\.remove(?:Sync)?|remove_dir|remove_entry)\s*\(?\s*$/u,
    ['rm', '-r'],
  ],
  [/\b(?:rmdirSync|rmSync|promises\.rm|fs\.rm)\s*\(\s*$/u, ['rm', '-r']],
  [
    /\b(?:os\.(?:remove|unlink|rmdir)|unlink(?:Sync)?|File\.delete|FileUtils\.rm(?:_f)?|os\.remove|rmdir|delete-file)\s*\(?\s*(?:glob\s*\(?\s*)?$/u,
    ['rm'],
  ],
  [
    /\b(?:truncateSync|writeFileSync|writeFile|file_put_contents|appendFileSync|createWriteStream|write_text|write_bytes|IO\.write|File\.write)\s*\(\s*$/u,
    ['tee'],
  ],
];

/** A delete of something held in a variable: any path in the source may be meant. */
const deletesLater =
  /(?:rmtree|rm_rf|rm_r|remove_tree|os\.remove|os\.unlink|unlinkSync|rmSync|File\.delete|FileUtils\.rm\w*|\bunlink)\s*\(?\s*[a-z_$]/u;

const changesMode = /\b(?:chmod|chmodSync|chmod_R)\b\s*\(?\s*$/u;

/** Perl and Ruby name the mode first. */
const modeFirst = /\bchmod(?:_R)?\s*\(?\s*(?:0o?)?([0-7]{3,4})\s*,\s*$/u;

const opens =
  /\b(?:open|File\.(?:open|new)|openSync|fopen|io\.open|sysopen)\s*\(?\s*(?:(?:my\s+)?[$\w]+\s*,\s*)?$/u;

const sends = /(?:requests\.|urlopen|urllib|http|socket|fetch\(|axios|Net::|LWP|curl_exec)/u;

/** Reads source by its string literals and what stands before them: enough for one-liners, no parser for any language. */
export function readCode(language: Language, source: string): readonly CodeAction[] {
  const code = withVariables(simplified(language, source));
  const actions: CodeAction[] = [...commandLines(language, code)];
  const text =
    language === 'awk'
      ? code.replaceAll(/"\s+"/gu, '').replaceAll(/\|\s*"(?!(?:\/bin\/)?(?:ba)?sh\b)/gu, '| system("')
      : code;
  if (language === 'other' && /\brm\s*\(\s*"/u.test(text)) actions.push(...juliaDeletes(text));
  const literals = stringLiterals(text);
  const sendsAway = sends.test(code);
  const deletes = deletesLater.test(text);
  literals.forEach((literal, i) => {
    const before = text.slice(Math.max(0, (literals[i - 1]?.end ?? 0) - 0), literal.start);
    const lead = before.replace(/\b(?:r|b|f|rb|u)$/u, '');
    if (literal.quote === '`' && language !== 'javascript' && language !== 'python')
      actions.push({ kind: 'text', text: literal.value });
    else if (starts.test(lead) || (literal.quote === '`' && /\brun\($/u.test(lead)))
      actions.push(started(text, literals, i));
    else if (opens.test(lead)) actions.push(...opened(text, literals, i));
    else if (moves.test(lead))
      actions.push({ kind: 'words', words: ['mv', literal.value, literals[i + 1]?.value ?? '.'] });
    else if (language === 'awk' && /\bprintf?\b[^|;}]*>{1,2}\s*$/u.test(text.slice(0, literal.start)))
      actions.push({ kind: 'words', words: ['tee', literal.value] });
    else if (changesMode.test(lead)) actions.push(...modeChanged(text, literal));
    else if (modeFirst.test(lead))
      actions.push({ kind: 'words', words: ['chmod', modeFirst.exec(lead)?.[1] ?? '', literal.value] });
    else
      for (const [test, words] of onPaths)
        if (test.test(lead)) actions.push({ kind: 'words', words: [...words, literal.value] });
    if (sendsAway && isSensitivePath(literal.value))
      actions.push({ kind: 'words', words: ['curl', '-T', literal.value] });
    const method = /^\s*\)?\s*\.(unlink|rmdir|rmtree|write_text|write_bytes|execute)\b/u.exec(
      text.slice(literal.end, literal.end + 40),
    )?.[1];
    if (method === 'execute') actions.push({ kind: 'text', text: literal.value });
    else if (method !== undefined)
      actions.push({ kind: 'words', words: [method.startsWith('write') ? 'tee' : 'rm', literal.value] });
    if (deletes && /^[/~][\w./*~-]*$/u.test(literal.value))
      actions.push({ kind: 'words', words: ['rm', '-r', literal.value] });
    const awk = language === 'awk' && /^\s*\|\s*(?:getline|&)/u.test(text.slice(literal.end));
    if (awk || /^\s*\|\s*["'](?:\/bin\/)?(?:ba)?sh\b/u.test(text.slice(literal.end)))
      actions.push({ kind: 'text', text: literal.value });
  });
  return [...actions, ...notices(code)];
}

/** Comments away (an apostrophe in one is no quote), and what only wraps or joins literals. */
function simplified(language: Language, source: string): string {
  const comments = /^(?:javascript|php|c)$/u.test(language)
    ? /^[ \t]*\/\/.*$|[ \t]\/\/ .*$/gmu
    : /^[ \t]*#.*$|[ \t]# .*$/gmu;
  const code = language === 'sed' || language === 'editor' ? source : source.replaceAll(comments, '');
  if (language !== 'python' && language !== 'c' && language !== 'ruby') return code;
  return code
    .replaceAll(/"""|'''/gu, '"')
    .replaceAll(/\bshlex\.split\s*\(/gu, '(')
    .replaceAll(/(["'])[ \t]+\1(?=\S)/gu, '');
}

/** Moves: what it is called, and both paths. */
const moves = /\b(?:shutil\.move|os\.rename|os\.replace|renameSync|File\.rename|FileUtils\.mv)\s*\(\s*$/u;

/** Julia's `rm(path; recursive=true)`. */
const juliaDeletes = (code: string): CodeAction[] =>
  [...code.matchAll(/\brm\s*\(\s*"([^"]*)"([^)]*)\)/gu)].map((found) => ({
    kind: 'words',
    words: [...(/recursive\s*=\s*true/u.test(found[2] ?? '') ? ['rm', '-r'] : ['rm']), found[1] ?? ''],
  }));

/** The literal is a command line, or the first of a list of words. */
function started(code: string, literals: readonly Literal[], at: number): CodeAction {
  const first = literals[at];
  const words = [first?.value ?? ''];
  for (let i = at; ; i++) {
    const next = literals[i + 1];
    const gap = code.slice(literals[i]?.end ?? 0, next?.start ?? code.length);
    if (next === undefined || !/^\s*,\s*\[?\s*$/u.test(gap)) break;
    words.push(next.value);
  }
  // A word list such as qw or a Python list is one command; a single literal is a line.
  return words.length === 1 ? { kind: 'text', text: words[0] ?? '' } : { kind: 'words', words };
}

function opened(code: string, literals: readonly Literal[], at: number): CodeAction[] {
  const path = literals[at]?.value ?? '';
  const mode = literals[at + 1];
  const gap = code.slice(literals[at]?.end ?? 0, mode?.start ?? 0);
  const piped = /^\s*\||\|\s*$/u.exec(path);
  if (piped !== null) return [{ kind: 'text', text: path.replaceAll('|', ' ') }];
  // os.open(path, os.O_WRONLY), sysopen F, path, O_RDWR
  if (/^\s*,[^()]*\bO_(?:WRONLY|RDWR|CREAT|TRUNC|APPEND)\b/u.test(code.slice(literals[at]?.end ?? 0)))
    return [{ kind: 'words', words: ['tee', path] }];
  // Perl: open F, '>', path
  if (/^\s*\+?>{1,2}\s*$/u.test(path) && mode !== undefined)
    return [{ kind: 'words', words: ['tee', mode.value] }];
  if (/^\s*[>+]/u.test(path)) return [{ kind: 'words', words: ['tee', path.replace(/^[\s>+]+/u, '')] }];
  const writes =
    mode !== undefined && /^\s*,\s*(?:mode\s*=\s*)?[rb]?$/u.test(gap) && /[wax+>]/u.test(mode.value);
  if (!writes) return isSensitivePath(path) ? [{ kind: 'words', words: ['cat', path] }] : [];
  const third = literals[at + 2];
  // Perl: open(F, '>', path)
  if (/^\s*[>+]/u.test(mode.value) && third !== undefined && path.length < 3)
    return [{ kind: 'words', words: ['tee', third.value] }];
  return [{ kind: 'words', words: ['tee', path] }];
}

function modeChanged(code: string, literal: Literal): CodeAction[] {
  const mode = /^\s*,\s*(?:0o?)?([0-7]{3,4})/u.exec(code.slice(literal.end))?.[1];
  return mode === undefined ? [] : [{ kind: 'words', words: ['chmod', mode, literal.value] }];
}
