import type { CodeAction } from './action.js';

/** Functions that make text out of what nobody can read. */
export const decodes =
  /(?:b64decode|base64\.decode|base64_decode|Buffer\.from|atob\(|fromhex|unhexlify|decode_base64|unpack|pack\s*\(|codecs\.decode|zlib\.decompress|gzinflate|marshal\.loads|\bchr\b)/u;

const evaluates =
  /\b(?:exec|eval|Function|instance_eval|loadstring|(?<![.\w])load|assert|system|execSync)\b/u;

const downloads =
  /(?:urlopen|requests\.get|urllib|http\.get|https\.get|\bfetch\(|open-uri|URI\.open|URI\([^)]*\)\.read|Net::HTTP\.get|HTTP::Tiny|LWP::|file_get_contents\(\s*['"]https?)/u;

const forks =
  /(?:while\s*\(?\s*(?:True|1|true|:|!0)|loop\s*\{|loop\s+do|for\s*\(;;\)|fork\s+while|while\s+fork|\bfor\s+\w+\s+in\b)/u;

const connects =
  /(?:socket|fsockopen|TCPSocket|\bnet['"]?\)?\.(?:connect|Socket|createConnection)|new Socket|INET|\/inet\/(?:tcp|udp)\/)/u;

/** A program started whose name is in a variable: what came over the wire. */
const startsGiven =
  /(?:popen[234]?|system|\bexec|check_output|subprocess\.\w+|execSync|spawn|Popen|shell_exec|passthru)\s*\(?\s*[$a-z_][\w.]*(?:\([^)]*\))?(?:\.\w+\(\))?\s*[,)]/u;

const shellName = /['"](?:\/bin\/|\/usr\/bin\/)?(?:ba|z|da|k)?sh(?:\s+-i)?(?:['"\s])|cmd\.exe/u;

const appleEvents =
  /tell\s+app(?:lication)?\s+["'](?:System Events|Finder|loginwindow)["']\s+to\s+(?:shut\s*down|restart|sleep|log\s*out)|«event aevtr(?:sdn|rst)»/iu;

export function notices(code: string): CodeAction[] {
  const found: CodeAction[] = [];
  if (appleEvents.test(code)) found.push({ kind: 'words', words: ['shutdown'] });
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
    (startsGiven.test(code) ||
      (/fdopen|dup2/u.test(code) && /system|exec/u.test(code)) ||
      (/\/inet\//u.test(code) && /\|\s*&?\s*getline/u.test(code)))
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
