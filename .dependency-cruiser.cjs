// Who may import whom (see CONTRIBUTING.md). tools/workspace/boundaries.test.ts breaks each rule once.
const { existsSync, readFileSync, readdirSync } = require('node:fs');
const { devDependencies } = require('./package.json');

const tests = '\\.test\\.ts$|/e2e/|/testing/';
const leaves = 'node-registry|ip-resolution|command-policy|metrics-probe|ssh-transport';

/** The rooms of libs/cluster/src, each of which imports only what lies before it; after them, the files at the top. */
const rooms = [
  'execution',
  'placement',
  'tasks',
  'outputs',
  'answers',
  'observation',
  'backends',
  'wiring',
  'request',
  'job',
  'calls',
];

const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

const roomRules = rooms.map((room, index) =>
  rule(
    `room-${room}`,
    `cluster/src/${room} imports only ${rooms.slice(0, index).join(', ') || 'nothing of its siblings'}.`,
    { path: `^libs/cluster/src/${room}/`, pathNot: tests },
    { path: '^libs/cluster/src/', pathNot: `^libs/cluster/src/(${rooms.slice(0, index + 1).join('|')})/` },
  ),
);

// The packages of the workspace that is looked at: the test looks at another one than this.
const packages = ['libs', 'apps', 'tools']
  .flatMap((kind) => readdirSync(kind).map((name) => `${kind}/${name}`))
  .filter((folder) => existsSync(`${folder}/package.json`))
  .map((folder) => ({ folder, ...JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) }));

const listedRules = packages.map(({ folder, dependencies, devDependencies: development }) => {
  const names = Object.keys({ ...dependencies, ...development });
  const listed = packages.filter(({ name }) => names.includes(name)).map((listing) => listing.folder);
  return rule(
    'workspace-not-listed',
    'A package lists what it imports of this workspace in its own package.json.',
    { path: `^${folder}/`, pathNot: `${tests}|tsup\\.config\\.ts$` },
    { path: '^(libs|apps|tools)/', pathNot: `^(${[folder, ...listed].join('|')})/` },
  );
});

module.exports = {
  forbidden: [
    rule(
      'leaf-imports-sibling',
      'A leaf is useful alone: it declares the smallest structural type for what it needs of another.',
      { path: `^libs/(${leaves})/` },
      { path: '^libs/', pathNot: '^libs/$1/' },
    ),
    rule(
      'library-imports-app-or-tool',
      'Libraries know nothing of apps and tools; only their tests may use the lab and the contract suites.',
      { path: '^libs/[^/]+/src/', pathNot: tests },
      { path: '^(apps|tools)/' },
    ),
    rule(
      'test-imports-app-or-tool',
      'Tests may use the lab and the contract suites; built apps are started by their path.',
      { path: `^libs/.*(${tests})` },
      { path: '^(apps|tools)/', pathNot: '^tools/(lab|contracts)/' },
    ),
    rule(
      'mcp-server-imports',
      'The MCP server is a thin door to cluster.',
      { path: '^apps/mcp-server/src/', pathNot: tests },
      { path: '^(libs|apps|tools)/', pathNot: '^(apps/mcp-server|libs/cluster)/' },
    ),
    rule(
      'cli-imports',
      'The command line is a thin door to cluster, with the lab for its demo.',
      { path: '^apps/cli/src/', pathNot: tests },
      { path: '^(libs|apps|tools)/', pathNot: '^(apps/cli|libs/cluster|tools/lab)/' },
    ),
    rule(
      'probe-imports',
      'The probe has to be small: metrics-probe alone.',
      { path: '^apps/probe/src/', pathNot: tests },
      { path: '^(libs|apps|tools)/', pathNot: '^(apps/probe|libs/metrics-probe)/' },
    ),
    rule(
      'lab-imports-workspace',
      'The lab is what the others are tested on: it knows none of them.',
      { path: '^tools/lab/' },
      { path: '^(libs|apps|tools)/', pathNot: '^tools/(lab/|workspace/tsup\\.mjs$)' },
    ),
    rule(
      'package-inside',
      'Another package is imported by its name, never by a path into it.',
      { path: '^(libs|apps|tools)/([^/]+)/' },
      {
        path: '^(libs|apps|tools)/',
        pathNot: '^$1/$2/|^tools/workspace/tsup\\.mjs$',
        dependencyTypes: ['local'],
        dependencyTypesNot: ['aliased-workspace'],
      },
    ),
    ...roomRules,
    ...listedRules,
    rule('circular', 'No file may depend on itself, by whatever way round.', {}, { circular: true }),
    rule(
      'unresolvable',
      'Not found: a name nobody exports, or a path into a package.',
      {},
      { couldNotResolve: true },
    ),
    rule(
      'not-listed',
      'A package lists what it imports in its own package.json.',
      { path: '^(libs|apps|tools/(lab|bench|contracts))/', pathNot: `${tests}|tsup\\.config\\.ts$` },
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    ),
    rule(
      'test-not-listed',
      'A test may use the development tools of the root package.json besides.',
      { path: tests },
      {
        dependencyTypes: ['npm-no-pkg', 'npm-unknown'],
        pathNot: `^node_modules/(${Object.keys(devDependencies).join('|')})/`,
      },
    ),
    rule(
      'development-only',
      'What a published library imports has to be installed with it.',
      { path: '^libs/[^/]+/src/', pathNot: tests },
      { dependencyTypes: ['npm-dev', 'npm-optional'], pathNot: '^node_modules/@types/' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|fixtures|\\.nx)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@cluster-execution/source', 'import', 'node', 'default'],
      mainFields: ['module', 'main', 'types'],
      extensions: ['.ts', '.mts', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
  },
};
