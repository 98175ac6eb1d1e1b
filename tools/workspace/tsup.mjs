import { readdirSync, rmSync } from 'node:fs';
import { defineConfig } from 'tsup';

const common = {
  format: ['esm'],
  target: 'node20',
  platform: 'node',
  dts: false, // types come from `tsc -b`
  sourcemap: false,
  removeNodeProtocol: false, // `node:sqlite` exists only under its full name
};

/** tsup's own `clean` takes away the types beside the bundles too, which `tsc -b` then believes to be there. */
function removeBundles() {
  let names = [];
  try {
    names = readdirSync('dist');
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  for (const name of names) if (name.endsWith('.js')) rmSync(`dist/${name}`);
}

/** A published library: one ES module (or one for each entry), its dependencies left to npm. */
export function library(entry = ['src/index.ts']) {
  removeBundles();
  return defineConfig({ ...common, entry, clean: false });
}

// CommonJS packages inside an ES module bundle (ssh2 and others) still ask for these three.
const banner = `import { createRequire as __createRequire } from 'node:module';
import { fileURLToPath as __fileURLToPath } from 'node:url';
import { dirname as __pathDirname } from 'node:path';
const require = __createRequire(import.meta.url);
const __filename = __fileURLToPath(import.meta.url);
const __dirname = __pathDirname(__filename);`;

/** A published app: everything bundled, what is not needed at start in chunks that load later. */
export function app(entry = ['src/main.ts']) {
  removeBundles();
  return defineConfig({
    ...common,
    entry,
    clean: false,
    splitting: true,
    minifySyntax: true,
    noExternal: [/^(?!cpu-features$|.*\.node$)/], // it wins over `external`, so the two are left out here too
    external: ['cpu-features', /\.node$/],
    banner: { js: banner },
    esbuildOptions(options) {
      options.conditions = ['@cluster-execution/source', 'import', 'module', 'node'];
      options.legalComments = 'none';
    },
  });
}
