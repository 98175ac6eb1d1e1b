import { isSensitivePath } from '../words/secrets.js';
import { withoutMarks } from '../words/marks.js';

/** What source in another language would do that is worth following: a shell line, a command's words, a notice. */
export type CodeAction =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | {
      readonly kind: 'notice';
      readonly effect: 'run-opaque' | 'fork-loop' | 'run-download' | 'reverse-shell' | 'exhaust-memory';
      readonly detail: string;
    };

export type Language =
  'python' | 'perl' | 'ruby' | 'javascript' | 'php' | 'lua' | 'awk' | 'sed' | 'editor' | 'other';

/** Functions that hand their argument to a shell or start it as a program. */
const starts =
  /(?:\b(?:system|popen[234]?|exec[lv]?p?e?|execSync|execFile|execFileSync|spawn[lv]?p?e?|spawnSync|shell_exec|passthru|proc_open|pcntl_exec|check_call|check_output|getoutput|getstatusoutput|call|run|Popen|execute|capture[23e]*|shell-command|do shell script|run_process|syscall)\b|\$|\bqx|%x)\s*[!]?[\s([{*]*(?:args\s*=\s*\[?\s*)?$/u;

/** Functions on paths, as the command that does the same. */
const onPaths: readonly (readonly [RegExp, readonly string[]])[] = [
  [
    /(?:rmtree|rm_rf|rm_r|remove_tree|removeSync|rimraf(?:\.sync|Sync)?|remove_dir_all|remove_entry_secure|emptyDirSync)\s*\(?\s*$/u,
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
const opens =
  /\b(?:open|File\.(?:open|new)|openSync|fopen|io\.open|sysopen)\s*\(?\s*(?:(?:my\s+)?[$\w]+\s*,\s*)?$/u;

const decodes =
  /(?:b64decode|base64\.decode|base64_decode|Buffer\.from|atob\(|fromhex|unhexlify|decode_base64|unpack|pack\s*\(|codecs\.decode|zlib\.decompress|gzinflate|marshal\.loads|chr\()/u;
const evaluates = /\b(?:exec|eval|Function|instance_eval|loadstring|load|assert|system|execSync)\b/u;
const downloads =
  /(?:urlopen|requests\.get|urllib|http\.get|https\.get|\bfetch\(|open-uri|LWP::|file_get_contents\(\s*['"]https?)/u;
const forks =
  /(?:while\s*(?:True|1|\(1\)|true|:)|loop\s*\{|loop\s+do|for\s*\(;;\)|fork\s+while|while\s+fork|\bfor\s+\w+\s+in\b)/u;
const connects =
  /(?:socket|fsockopen|TCPSocket|\bnet['"]?\)?\.(?:connect|Socket|createConnection)|new Socket|INET|\/inet\/(?:tcp|udp)\/)/u;
/** A program started whose name is in a variable: what came over the wire. */
const startsGiven =
  /(?:popen[234]?|system|\bexec|check_output|subprocess\.\w+|execSync|spawn|Popen|shell_exec|passthru)\s*\(?\s*[$a-z_][\w.]*(?:\([^)]*\))?(?:\.\w+\(\))?\s*[,)]/u;
const shellName = /['"](?:\/bin\/|\/usr\/bin\/)?(?:ba|z|da|k)?sh(?:\s+-i)?(?:['"\s])|cmd\.exe/u;
const sends = /(?:requests\.|urlopen|urllib|http|socket|fetch\(|axios|Net::|LWP|curl_exec)/u;

/** Reads source by its string literals and what stands before them: enough for one-liners, no parser for any language. */
export function readCode(language: Language, source: string): readonly CodeAction[] {
  const code = withVariables(source.slice(0, 20_000));
  const actions: CodeAction[] = [...commandLines(language, code)];
  const text =
    language === 'awk'
      ? code.replaceAll(/"\s+"/gu, '').replaceAll(/\|\s*"(?!(?:\/bin\/)?(?:ba)?sh\b)/gu, '| system("')
      : code;
  const literals = stringLiterals(text);
  literals.forEach((literal, i) => {
    const before = text.slice(Math.max(0, (literals[i - 1]?.end ?? 0) - 0), literal.start);
    const lead = before.replace(/\b(?:r|b|f|rb|u)$/u, '');
    if (literal.quote === '`' && language !== 'javascript' && language !== 'python')
      actions.push({ kind: 'text', text: literal.value });
    else if (starts.test(lead) || (literal.quote === '`' && /\brun\($/u.test(lead)))
      actions.push(started(text, literals, i));
    else if (opens.test(lead)) actions.push(...opened(text, literals, i));
    else if (changesMode.test(lead)) actions.push(...modeChanged(text, literal));
    else
      for (const [test, words] of onPaths)
        if (test.test(lead)) actions.push({ kind: 'words', words: [...words, literal.value] });
    if (sends.test(code) && isSensitivePath(literal.value))
      actions.push({ kind: 'words', words: ['curl', '-T', literal.value] });
    const method = /^\s*\)?\s*\.(unlink|rmdir|rmtree|write_text|write_bytes|execute)\b/u.exec(
      text.slice(literal.end, literal.end + 40),
    )?.[1];
    if (method === 'execute') actions.push({ kind: 'text', text: literal.value });
    else if (method !== undefined)
      actions.push({ kind: 'words', words: [method.startsWith('write') ? 'tee' : 'rm', literal.value] });
    if (deletesLater.test(text) && /^[/~][\w./*~-]*$/u.test(literal.value))
      actions.push({ kind: 'words', words: ['rm', '-r', literal.value] });
    const awk = language === 'awk' && /^\s*\|\s*(?:getline|&)/u.test(text.slice(literal.end));
    if (awk || /^\s*\|\s*["'](?:\/bin\/)?(?:ba)?sh\b/u.test(text.slice(literal.end)))
      actions.push({ kind: 'text', text: literal.value });
  });
  return [...actions, ...notices(code)];
}

function notices(code: string): CodeAction[] {
  const found: CodeAction[] = [];
  if (/(?:\b|_)fork\b/u.test(code) && forks.test(code))
    found.push({ kind: 'notice', effect: 'fork-loop', detail: 'a loop that forks' });
  if (
    /\bwhile\s*\(?\s*(?:1|true|True|!0)\s*\)?/u.test(code) &&
    /\b(?:spawn|Popen|start_new_process|exec)\s*\(/u.test(code)
  )
    found.push({
      kind: 'notice',
      effect: 'fork-loop',
      detail: 'a loop without an end that starts processes',
    });
  if (evaluates.test(code) && decodes.test(code))
    found.push({ kind: 'notice', effect: 'run-opaque', detail: 'what a decoder made is run' });
  else if (evaluates.test(code) && downloads.test(code))
    found.push({ kind: 'notice', effect: 'run-download', detail: 'what was downloaded is run' });
  if (
    connects.test(code) &&
    (startsGiven.test(code) || (/\/inet\//u.test(code) && /\|\s*&?\s*getline/u.test(code)))
  ) {
    found.push({
      kind: 'notice',
      effect: 'reverse-shell',
      detail: 'what comes over a connection is run',
    });
  }
  if (connects.test(code) && shellName.test(code) && /exec|spawn|call|system|popen|dup2|pty/u.test(code)) {
    found.push({
      kind: 'notice',
      effect: 'reverse-shell',
      detail: 'a shell at the other end of a connection',
    });
  }
  if (/\*\s*\(?\s*(?:10\s*\*\*\s*(?:9|\d{2,})|1e(?:9|\d{2,})|\d{10,})/u.test(code)) {
    found.push({ kind: 'notice', effect: 'exhaust-memory', detail: 'more than memory holds' });
  }
  const kill =
    /\bos\.kill\(\s*(-?1)\s*,|\bprocess\.kill\(\s*(-?1)\b|\bkill\s*\(?\s*(?:9|['"]KILL['"]|:KILL)\s*,\s*(-1|1)\b/u.exec(
      code,
    );
  if (kill !== null)
    found.push({ kind: 'words', words: ['kill', '-9', kill[1] ?? kill[2] ?? kill[3] ?? '-1'] });
  return found;
}

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

/** Languages in which a line may be a command by itself: `!cmd` in editors, `e cmd` in sed. */
function commandLines(language: Language, code: string): CodeAction[] {
  if (language === 'editor') {
    const found = /^\s*:?(?:silent!?\s+)?(?:\d+|%)?(?:r\s*)?(?:!|shell\s+|system\s+|spawn\s+)(.+)$/mu.exec(
      code,
    );
    return found === null ? [] : [{ kind: 'text', text: (found[1] ?? '').replace(/;.*$/u, '') }];
  }
  if (language === 'other') {
    const found = /(?:^|[;{[])\s*exec\s+([^"'\n;\]]+)/mu.exec(code);
    return found === null ? [] : [{ kind: 'text', text: found[1] ?? '' }];
  }
  if (language !== 'sed') return [];
  const direct = /(?:^|[;{])\s*(?:\d+|\$|\/[^/]*\/)?\s*\{?\s*e\s+(.+)$/mu.exec(code);
  const replaced = /^\s*\d*s(.)(?:\\.|(?!\1)[^\\])*\1((?:\\.|(?!\1)[^\\])*)\1\w*e\w*\s*$/u.exec(code);
  return [direct?.[1], replaced?.[2]?.replaceAll(/\\(.)/gu, '$1')].flatMap((text) =>
    text === undefined ? [] : [{ kind: 'text' as const, text }],
  );
}

interface Literal {
  readonly value: string;
  readonly quote: string;
  readonly start: number;
  readonly end: number;
}

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '<': '>' };

function stringLiterals(code: string): readonly Literal[] {
  const found: Literal[] = [];
  for (let i = 0; i < code.length; i++) {
    const char = code[i] ?? '';
    const special = /^(?:q[qxw]?|%[qQxwW]?)([([{<|!/])/u.exec(code.slice(i, i + 3));
    const opensWord = special !== null && !/[\w$@%]/u.test(code[i - 1] ?? '');
    if (!/['"`]/u.test(char) && !opensWord) continue;
    const open = opensWord ? i + (special[0].length - 1) : i;
    const quote = opensWord ? (closing[special[1] ?? ''] ?? special[1] ?? '') : char;
    let end = open + 1;
    while (end < code.length && code[end] !== quote) end += code[end] === '\\' ? 2 : 1;
    const runs = opensWord && /^(?:qx|%x)/u.test(special[0]);
    found.push({
      value: unescape(code.slice(open + 1, end)),
      quote: runs ? '`' : quote,
      start: i,
      end: end + 1,
    });
    i = end;
  }
  return found;
}

const unescape = (text: string): string =>
  withoutMarks(
    text.replaceAll(
      /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|([0-7]{3})|(.))/giu,
      (_all, hex, unicode, octal, char) => {
        if (hex !== undefined || unicode !== undefined)
          return String.fromCharCode(Number.parseInt(String(hex ?? unicode), 16));
        if (octal !== undefined) return String.fromCharCode(Number.parseInt(String(octal), 8));
        return char === 'n' ? '\n' : String(char);
      },
    ),
  );

/** `p = '/'; rmtree(p)`: names that a literal was given to are put back, and `'a' + 'b'` is joined. */
function withVariables(code: string): string {
  let text = code.replaceAll(/'\s*[+.]\s*'|"\s*[+.]\s*"/gu, '');
  for (const found of code.matchAll(
    /(?:^|[;\n{(\s])(?:(?:const|let|var|my|local)\s+)?([$]?[a-z_]\w*)\s*=\s*('[^'\n]*'|"[^"\n]*")/giu,
  )) {
    const [, name = '', value = ''] = found;
    const use = new RegExp(`([(,\\s])${name.replace('$', '\\$')}(?=\\s*[),;\\]])`, 'gu');
    text = text.replace(use, (_all, before: string) => before + value);
  }
  return text;
}

/** What source prints that does nothing but print one literal. */
export function printedText(source: string): string | undefined {
  const found =
    /^\s*(?:BEGIN\s*\{\s*)?(?:print|puts|echo|say|console\.log|process\.stdout\.write|printf)\s*\(?\s*(['"])((?:\\.|(?!\1)[^\\])*)\1\s*\)?;?\s*\}?\s*$/u.exec(
      source,
    );
  return found === null ? undefined : `${unescape(found[2] ?? '')}\n`;
}
