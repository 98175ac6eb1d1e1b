/**
 * Heavy work: the pattern (see `effects/pattern.ts`), and its kind. A program that stands alone is heavy whatever
 * its arguments, but for questions about itself.
 */
export const heavy: readonly (readonly [when: string, kind: string])[] = [
  [
    'make|gmake|bmake|mingw32-make|ninja|samu|scons|waf|tup|redo|xcodebuild|msbuild|ant|sbt|lein|stack|cabal|rebar3|latexmk|xelatex|pdflatex|lualatex|dpkg-buildpackage|debuild|rpmbuild|makepkg|ebuild|buck|buck2|please|pants|earthly|emmake|emcc|em++|ccache|distcc|nmake !-n !-q !--dry-run !--just-print !--question !--recon',
    'compilation',
  ],
  ['make|gmake test|check|tests|unit|e2e|coverage|lint', 'testing'],
  [
    'gcc|g++|cc|c++|clang|clang++|clang-cl|gfortran|ifort|icc|icpc|icx|nvcc|hipcc|rustc|javac|kotlinc|scalac|ghc|ocamlopt|swiftc|tsc|gdc|ldc2|dmd|fpc|gnatmake|mpicc|mpicxx|mpif90|ld|lld|mold|as|ar|tcc|zig|nim|crystal|elm|esbuild|swc|babel|webpack|rollup|vite|parcel|next|nuxt|ng|turbo|nx|lerna|gulp|grunt|tsup|ncc|wasm-pack|bazel|bazelisk|mvn|mvnw|gradle|gradlew|flutter|dotnet|swift|meson|conan|vcpkg|colcon|catkin_make|catkin|platformio|pio|idf.py|west|arduino-cli',
    'compilation',
  ],
  ['cmake --build|-B|-S|--install|--preset', 'compilation'],
  ['cmake +*', 'compilation'],
  ['configure', 'compilation'],
  [
    'cargo build|b|check|c|run|r|install|doc|clippy|rustc|fix|xbuild|zigbuild|package|publish|update|fetch|watch|llvm-cov|tarpaulin|expand|miri|vendor',
    'compilation',
  ],
  ['cargo test|t|nextest', 'testing'],
  ['cargo bench|criterion', 'benchmarking'],
  ['go build|install|generate|run|vet|get|mod', 'compilation'],
  ['go test', 'testing'],
  [
    'npm|pnpm|yarn|bun run|run-script|rb|exec|start|build|dev|compile|bundle|dlx|x|pack|publish|rebuild|-r|--recursive|workspaces|workspace|nx|turbo',
    'compilation',
  ],
  ['npm|pnpm|yarn|bun build|compile|bundle|tsc|webpack|vite', 'compilation'],
  ['pnpm|yarn|bun build*|compile*|bundle*|dist*|dev*', 'compilation'],
  ['pnpm|yarn|bun test*|e2e*|unit*|spec*|coverage*|check*|lint*|typecheck*|tsc*', 'testing'],
  ['pnpm|yarn|bun bench*', 'benchmarking'],
  ['npm|pnpm|yarn|bun run|run-script build*|compile*|bundle*', 'compilation'],
  ['npm|pnpm|yarn|bun run|run-script test*|e2e*|unit*|spec*|coverage*|check*|lint*', 'testing'],
  ['npm|pnpm|yarn|bun run|run-script bench*', 'benchmarking'],
  ['npm|pnpm|yarn|bun test|t|tst|it|install-test', 'testing'],
  [
    'npm|pnpm|yarn|bun install|i|ci|add|update|up|upgrade|dedupe|audit|clean-install|in|isntall|install-clean|import|fetch',
    'dependencies',
  ],
  [
    'pip|pip3|pipx|pipenv|poetry|uv|conda|mamba|micromamba|pdm|rye|bundle|gem|composer|apt-get|apt|dnf|yum|brew|apk|pacman install|sync|update|upgrade|add|lock|create|require|build|wheel|download',
    'dependencies',
  ],
  ['conda|mamba env create|update', 'dependencies'],
  ['uv pip install|sync|compile', 'dependencies'],
  ['python|python3|python3.* -m=pip|-m=build', 'dependencies'],
  ['python|python3|python3.* *setup.py build*|install|bdist*|sdist|develop', 'compilation'],
  [
    'python|python3|python3.*|pypy|pypy3 -m=pytest|-m=unittest|-m=nose*|-m=tox|-m=nox|-m=coverage|-m=doctest|-m=mypy|-m=behave',
    'testing',
  ],
  ['python|python3|python3.* *manage.py test', 'testing'],
  ['python|python3|python3.* -m=timeit|-m=pyperf|-m=cProfile', 'benchmarking'],
  ['python|python3|python3.* -m=torch*|-m=vllm*|-m=transformers*|-m=mlx*', 'inference'],
  [
    'pytest|py.test|jest|mocha|vitest|ava|tap|jasmine|karma|cypress|playwright|tox|nox|nose2|nosetests|rspec|minitest|phpunit|pest|ctest|bats|behave|cucumber|robot|pabot|prove|busted|gotestsum|ginkgo|xctest|c8|nyc|testcafe|wdio|nightwatch|newman|k6run|mypy|pyright|eslint|golangci-lint|clang-tidy|coverage|stryker|mutmut|trunner|deqp|avocado|molecule',
    'testing',
  ],
  ['node --test', 'testing'],
  ['deno|bun test', 'testing'],
  ['deno compile|bundle|cache|check|bench', 'compilation'],
  ['rake|rails|mix|gleam|rebar3|dune|pub|dart test|spec|compile|build|assets:precompile|runtest', 'testing'],
  [
    'just|task|mage|invoke|inv|doit|moon|rush|tilt|skaffold|snakemake|nextflow|cwltool|dvc|luigi|airflow +*',
    'compilation',
  ],
  [
    'hyperfine|wrk|wrk2|ab|siege|sysbench|stress|stress-ng|fio|iperf|iperf3|bonnie++|k6|locust|vegeta|hey|phoronix-test-suite|unixbench|dbench|pgbench|mbw|stream|linpack|geekbench*|perf|valgrind|cachegrind|heaptrack',
    'benchmarking',
  ],
  [
    'docker|podman|nerdctl|buildah|kaniko build|buildx|run|pull|push|exec|save|load|export|import|create|start|commit|cp|bake|bud|tag-all|scan|up|restart',
    'containerization',
  ],
  [
    'docker|podman|nerdctl compose build|up|run|pull|push|exec|create|start|restart|watch|down',
    'containerization',
  ],
  ['hatch|pdm|rye|pixi run', 'compilation'],
  ['docker-compose|podman-compose build|up|run|pull|push|exec|start|restart|down', 'containerization'],
  [
    'kubectl|oc|helm|kustomize|skaffold|kind|minikube|k3d apply|create|install|upgrade|run|exec|cp|rollout|drain|build|start|delete|scale|wait|port-forward|debug|replace|patch',
    'containerization',
  ],
  [
    'packer|vagrant|ansible-playbook|vagrant build|up|apply|plan|provision|*.yml|*.yaml|init|destroy',
    'containerization',
  ],
  [
    'find|gfind|bfs|fd|fdfind|rsync|scp|zip|unzip|7z|7za|7zz|gzip|gunzip|unxz|unzstd|bunzip2|tar|bsdtar|gtar|rg|ag|ack|ugrep|rgrep|pigz|pbzip2|pixz|xz|bzip2|zstd|lz4|lrzip|rclone|restic|borg|duplicity|cpio|squashfs|mksquashfs|unsquashfs|unrar|rar|fdupes|jdupes|rdfind|rmlint|ncdu|updatedb|shred|par2|par !--dry-run !--list-only',
    'files',
  ],
  ['grep|egrep|fgrep|zgrep -r|-R|--recursive|--dereference-recursive', 'files'],
  ['git clone|gc|fsck|repack|grep-all|filter-branch|filter-repo|bisect|lfs|submodule', 'files'],
  ['cp|du -r|-R|-a|--recursive|--all-never', 'files'],
  ['dd', 'files'],
  [
    'ffmpeg|ffprobe-all|handbrakecli|HandBrakeCLI|x264|x265|sox|blender|povray|convert|magick|mogrify|melt|gst-launch-1.0|inkscape|whisper|whisper.cpp|yt-dlp',
    'media',
  ],
  ['ollama run|pull|serve|create', 'inference'],
  [
    'vllm|llama-cli|llama-server|mlx_lm*|torchrun|accelerate|deepspeed|mpirun|mpiexec|srun|sbatch|horovodrun|tritonserver',
    'inference',
  ],
  [
    'sphinx-build|mkdocs|doxygen|hugo|jekyll|docusaurus|asciidoctor|pandoc|typst|javadoc|gatsby|eleventy',
    'documentation',
  ],
  [
    'pg_restore|pg_dump|pg_dumpall|pg_basebackup|mysqldump|mongodump|mongorestore|spark-submit|duckdb|vacuumdb|reindexdb',
    'data',
  ],
  [
    'hashcat|john|xmrig|prime95|mprime|gnugo|stockfish|openscad|matlab|octave|Rscript|julia|sage|gap|magma|maple|wolframscript',
    'data',
  ],
];

/** Questions to a program about itself or about what it would do: light whatever the program. */
export const questions =
  /^(?:--version|--help|-help|-version|--usage|-V|-h|-\?|version|help|--dry-run|--dryrun|--just-print|--list-targets|-dumpversion|-dumpmachine|-print-[\w-]+|--print-[\w-]+|-###|-qVersion|--list-tests|--collect-only|--co|--listTests|--showConfig|--show-config)$/u;

/** Words of package managers and container programs that only look something up. */
export const lookups: ReadonlyMap<string, string> = new Map(
  Object.entries({
    npm: 'ls list ll la view info show outdated config get set root prefix bin whoami search docs bugs repo ping token profile help version explain why fund pkg query login logout owner team access star doctor completion cache init uninstall remove rm un link unlink',
    pnpm: 'ls list ll why outdated config root bin store env licenses help init remove rm',
    yarn: 'list why outdated config info versions licenses bin cache help version init remove global node',
    cargo:
      'fmt metadata tree add remove rm new init search login logout owner version help locate-project pkgid clean read-manifest config info yank',
    go: 'env version fmt doc list help tool clean telemetry bug',
    docker:
      'ps images logs inspect version info stats top port diff history search events context login logout rm rmi stop kill pause unpause rename tag wait volume network image container system plugin manifest node secret stack service swarm config',
    dotnet: '--info --list-sdks --list-runtimes new list add remove sln tool nuget',
    mvn: 'help:*',
    nx: 'graph show list report',
    flutter: 'doctor devices config channel pub',
    swift: 'repl',
  }),
);
