import type { Call } from '../frames/call.js';
import { matchesGlob } from '../words/glob.js';
import { isKnown, mark } from '../words/marks.js';
import type { Scope } from './effect.js';

export interface PathContext {
  readonly home?: string;
  readonly cwd?: string;
  readonly protectedPaths?: readonly string[];
}

/** Folders that builds make and that are made again: deleting them is ordinary wherever they lie in a project. */
const generated =
  /^(?:node_modules|bower_components|dist|build|builds?[-_.]\w+|target|out|\.next|\.nuxt|\.svelte-kit|__pycache__|\.(?:pytest|mypy|ruff|parcel)[-_]cache|\.cache|\.tox|\.nox|\.venv|venv|coverage|htmlcov|\.gradle|\.turbo|\.terraform|DerivedData|obj|cmake-build-\w+|tmp|\.tmp|_build|\.eggs|[\w.-]+\.egg-info)$/u;

const caches =
  /^(?:\.cache|\.npm|\.gradle\/caches|\.m2\/repository|\.cargo\/registry|\.nuget|\.yarn\/cache|\.pnpm-store|\.ccache|\.bun\/install|go\/pkg|\.local\/share\/Trash|\.Trash|Library\/Caches|Library\/Developer\/Xcode\/DerivedData|tmp)(?:\/|$)/u;
const keyFolders =
  /^(?:\.ssh|\.gnupg|\.aws|\.kube|\.config|\.local|\.local\/share|\.password-store|\.docker|\.azure|Library)(?:\/[*\u0006])?$/u;

/** Where a path lies, as seen by a call: resolved against its folder, through its container's mounts. */
export function scopeOfPath(path: string, call: Call, context: PathContext): Scope {
  if (path === '') return 'workspace';
  if (call.place.kind === 'container') return containerScope(path, call, context);
  const onNode = call.place.kind === 'node';
  return scopeOfResolved(
    resolve(path, call.cwd, onNode ? context : { ...context, cwd: '' }),
    onNode ? context : {},
  );
}

function containerScope(path: string, call: Call, context: PathContext): Scope {
  const here = call.cwd.startsWith('/') ? call.cwd : '/work';
  const inside = resolve(path, here, {}).path;
  const host: Call = { ...call, place: { kind: 'node', throwaway: false, mounts: [] }, cwd: mark.cwd };
  for (const { from, to } of call.place.mounts) {
    if (inside === to || inside.startsWith(`${to.replace(/\/$/u, '')}/`)) {
      return scopeOfPath(`${from}${inside.slice(to.replace(/\/$/u, '').length)}` || '/', host, context);
    }
    const whole = inside.replace(/\/?[*\u0006]$/u, '');
    if (to.startsWith(`${whole}/`)) return scopeOfPath(from, host, context);
  }
  if (inside === '/' || /^\/[*\u0006]$/u.test(inside)) return call.place.throwaway ? 'unknown' : 'root';
  if (call.place.throwaway) return 'container';
  return scopeOfResolved({ path: inside, up: 0 }, {});
}

interface Resolved {
  /** Absolute, or starting with the mark of the home, the working folder or a temporary folder. */
  readonly path: string;
  /** How many folders above the working folder, where that is not known. */
  readonly up: number;
}

export function resolve(path: string, cwd: string, context: PathContext): Resolved {
  const anchored = /^[/\u0001-\u0004]/u.test(path) ? path : `${cwd}/${path}`;
  const based = anchored.startsWith(mark.cwd) && context.cwd ? context.cwd + anchored.slice(1) : anchored;
  const home = context.home?.replace(/\/+$/u, '') ?? '';
  const root = /^[\u0001-\u0004]/u.exec(based)?.[0] ?? '';
  const parts: string[] = [];
  let up = 0;
  for (const part of based.slice(root.length).split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length > 0) parts.pop();
    else up++;
  }
  if (root === mark.home && up > 0) return { path: up > 1 ? '/' : ['/home', ...parts].join('/'), up: 0 };
  const joined = root + (parts.length > 0 || root === '' ? '/' : '') + parts.join('/');
  if (home !== '' && root === '' && (joined === home || joined.startsWith(`${home}/`))) {
    return { path: mark.home + joined.slice(home.length), up: 0 };
  }
  return { path: joined, up: root === mark.cwd || root === mark.temp ? up : 0 };
}

function scopeOfResolved({ path, up }: Resolved, context: PathContext): Scope {
  if (isProtected(path, context)) return 'protected';
  if (up > 0) {
    const rest = path
      .slice(1)
      .split('/')
      .filter((part) => part !== '');
    return up > 2 || rest.length === 0 || isStar(rest[0]) ? 'above' : 'elsewhere';
  }
  const cut = path.indexOf(mark.unknown);
  const other = /[\u000e-\u0013]/u.exec(path);
  if (cut === 0 || (other !== null && cut < 0)) return 'unknown';
  if (cut > 0) {
    // What follows the unknown may be nothing at all: then the folder before it is meant.
    const before = scopeOfResolved(
      { path: path.slice(0, cut).replace(/\/[^/]*$/u, '') || '/', up: 0 },
      context,
    );
    return before === 'workspace' ||
      before === 'temporary' ||
      before === 'harmless' ||
      (before === 'system' && !/^\/(?:opt|srv|mnt|media|Volumes)/u.test(path))
      ? before
      : 'unknown';
  }
  const { cwd, parts } = workspaceOf(path, context);
  if (cwd !== undefined) return cwd;
  if (path.startsWith(mark.temp)) return 'temporary';
  if (path.startsWith(mark.home)) return scopeInHome(parts);
  return scopeOfAbsolute(parts);
}

/** Is it in the folder the command starts in? That folder counts only where it is a folder for work. */
function workspaceOf(path: string, context: PathContext): { cwd?: Scope; parts: readonly string[] } {
  const parts = path
    .replace(/^[\u0001-\u0004]/u, '')
    .split('/')
    .filter((part) => part !== '');
  if (path.startsWith(mark.cwd)) return { cwd: withinWorkspace(parts), parts };
  if (!context.cwd) return { parts };
  const { home } = context;
  const base = resolve(context.cwd, '/', home === undefined ? {} : { home }).path.replace(/\/+$/u, '');
  if (
    base === '' ||
    ['home', 'system', 'root', 'settings'].includes(scopeOfResolved({ path: base, up: 0 }, {}))
  )
    return { parts };
  if (path === base || path.startsWith(`${base}/`))
    return {
      cwd: withinWorkspace(
        path
          .slice(base.length)
          .split('/')
          .filter((part) => part !== ''),
      ),
      parts,
    };
  const bare = path.replace(/\/[*\u0006]$/u, '');
  const contains = base.startsWith(`${bare}/`);
  const scope = contains
    ? path.startsWith(mark.home)
      ? scopeInHome(parts)
      : scopeOfAbsolute(parts)
    : undefined;
  return scope === 'personal' || scope === 'elsewhere' || scope === 'temporary'
    ? { cwd: 'above', parts }
    : { parts };
}

const isStar = (part: string | undefined): boolean => part !== undefined && /^\.?[*\u0006]$/u.test(part);

function withinWorkspace(parts: readonly string[]): Scope {
  return parts.length === 0 || (parts.length === 1 && isStar(parts[0])) || parts[0] === '.git'
    ? 'project'
    : 'workspace';
}

function scopeInHome(parts: readonly string[]): Scope {
  if (parts.length === 0 || isStar(parts[0])) return 'home';
  const rest = parts.join('/');
  if (caches.test(rest)) return 'temporary';
  if (keyFolders.test(rest)) return 'home';
  return parts.length > 1 && parts.slice(1).some((part) => generated.test(part)) ? 'workspace' : 'personal';
}

const systemTops =
  /^(?:etc|usr|var|bin|sbin|lib|lib32|lib64|libx32|boot|proc|sys|run|System|Library|Applications|private|nix|snap|opt|srv|mnt|media|Volumes|cores|lost\+found|efi|kernel|vmlinuz.*|initrd.*)$/u;

function scopeOfAbsolute(parts: readonly string[]): Scope {
  const [top = '', second = '', third] = parts;
  if (top === '' || isStar(top) || /[\u0005-\u0007*?]/u.test(top)) return 'root';
  if (top === 'private' && parts.length > 1 && /^(?:tmp|var)$/u.test(second))
    return scopeOfAbsolute(parts.slice(1));
  if (top === 'dev') return scopeOfDevice(parts.slice(1).join('/'));
  if (top === 'tmp') return inTemporary(parts.slice(1));
  if (top === 'var' && /^(?:tmp|folders)$/u.test(second)) return inTemporary(parts.slice(2));
  if (top === 'run' && second === 'user' && parts.length > 3) return 'temporary';
  if (top === 'home' || top === 'Users')
    return second === '' || isStar(second) ? 'home' : scopeInHome(parts.slice(2));
  if (top === 'root') return scopeInHome(parts.slice(1));
  const made = parts.slice(2).some((part) => generated.test(part));
  if (!systemTops.test(top)) return made ? 'workspace' : 'elsewhere';
  if (/^(?:opt|srv|mnt|media|Volumes)$/u.test(top))
    return second === '' || isStar(second) ? 'system' : made ? 'workspace' : 'elsewhere';
  if (
    top === 'usr' &&
    second === 'local' &&
    third !== undefined &&
    (parts.length > 3 || !/^(?:bin|sbin|lib\d*|share|include|etc|man|src|[*\u0005-\u0007].*)$/u.test(third))
  )
    return 'elsewhere';
  if (top === 'var' && /^(?:cache|run|lock)$/u.test(second) && third !== undefined && !isStar(third))
    return 'elsewhere';
  if (top === 'run' && second !== '' && !isStar(second)) return 'elsewhere';
  if (top === 'var' && second === 'www' && parts.length > 3 && made) return 'workspace';
  return isCritical(parts) ? 'system' : 'settings';
}

const criticalPath =
  /^(?:(?:bin|sbin|lib|lib32|lib64|libx32|boot|efi|System|proc|sys)(?:\/|$)|usr\/(?:s?bin|lib\w*)(?:\/|$)|etc\/(?:passwd|shadow|group|gshadow|sudoers|sudoers\.d|fstab|pam\.d|pam\.conf|ld\.so\.\w+|ssh|security|selinux|nsswitch\.conf|securetty|subuid|crypttab|default\/grub|grub\.d|machine-id|inittab|login\.defs|shells)[-~]?(?:\/|$)|var\/lib(?:\/|$))/u;

const isCritical = (parts: readonly string[]): boolean =>
  parts.length === 1 || criticalPath.test(parts.join('/')) || (parts.length === 2 && isStar(parts[1]));

const inTemporary = (rest: readonly string[]): Scope =>
  rest.length === 0 || (rest.length === 1 && isStar(rest[0])) ? 'temporary-root' : 'temporary';

const harmlessDevice =
  /^(?:null|zero|full|u?random|tty\w*|std(?:in|out|err)|fd(?:\/\d+)?|pts\/\d+|ptmx|console|cu\..*|rfcomm\d+|dri\/.*|nvidia.*|snd\/.*|video\d+|input\/.*|i2c-\d+|spidev.*|net\/tun|kvm|fuse|udp\/.*|tcp\/.*)$/u;

function scopeOfDevice(name: string): Scope {
  if (name === '' || isStar(name)) return 'device';
  if (/^shm\/./u.test(name)) return inTemporary(name.split('/').slice(1));
  return harmlessDevice.test(name) ? 'harmless' : 'device';
}

const ownPaths = [
  `${mark.home}/.ssh/known_hosts`,
  `${mark.home}/.config/cluster-execution`,
  `${mark.home}/.local/state/cluster-execution`,
];

function isProtected(path: string, context: PathContext): boolean {
  const listed = (context.protectedPaths ?? []).map((entry) => resolve(entry, mark.cwd, context).path);
  return [...ownPaths, ...listed].some(
    (own) =>
      path === own ||
      path.startsWith(`${own}/`) ||
      (path.includes(mark.star) &&
        path !== `${mark.home}/${mark.star}` && // all of the home, of which this is the least
        isKnown(own.slice(1)) &&
        matchesGlob(path, own)),
  );
}
