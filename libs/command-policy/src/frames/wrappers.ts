/**
 * Programs that run another command given in their arguments. Each is one line: which words lead to it, which of
 * its options take a value, how many operands come first, and how the command is written.
 */
export interface Wrapper {
  /** The program and its subcommand words: `|` between alternatives of a word, a comma between whole ones. */
  readonly words: string;
  /** Options with a value. */
  readonly valued?: string;
  /** Operands before the command: a time limit, a host, a container. */
  /** Options with two values. */
  readonly pairs?: string;
  readonly operands?: number;
  /** argv: the rest is the command; text: the rest, joined, is shell text; each: every operand is shell text. */
  readonly rest?: 'argv' | 'text' | 'each' | 'none';
  /** Options whose value is shell text. */
  readonly text?: string;
  /** Options after which argv begins at once (`fd -x`, `gdb --args`). */
  readonly after?: string;
  /** Options with which the rest is shell text after all (`sudo -s`). */
  readonly textWith?: string;
  /** `NAME=value` words may come before the command. */
  readonly assignments?: boolean;
  /** The program that the rest is for. */
  readonly as?: string;
  readonly place?: 'host' | 'container' | 'throwaway';
  /** Does nothing of the sort when one of these is given (`command -v`). */
  readonly unless?: string;
  /** An option whose value is the program that the rest is for. */
  readonly program?: string;
  /** Options with which it is a shell that reads its input where no command is given; empty: always. */
  readonly aloneWith?: string;
}

const multiplexer = 'docker|podman|nerdctl';
const containerRun =
  '-v --volume -e --env --env-file -w --workdir -u --user -p --publish --name --network --net -h --hostname -m --memory ' +
  '--cpus --mount --entrypoint -l --label --device --cap-add --cap-drop --security-opt --gpus --platform --pull --restart ' +
  '--add-host --tmpfs --ulimit --shm-size --runtime --pid --ipc --userns --volumes-from --log-driver --log-opt --cgroupns ' +
  '--memory-swap --memory-reservation --memory-swappiness --kernel-memory --oom-score-adj --health-cmd --health-interval ' +
  '--health-timeout --health-retries --health-start-period --isolation --label-file --mac-address --network-alias --stop-timeout ' +
  '--storage-opt --volume-driver --device-read-bps --device-write-bps -a --attach --blkio-weight --cpu-period --cpu-quota ' +
  '--detach-keys --dns-option --dns-search --domainname --group-add --ip6 --cpuset-mems --annotation --umask --pids-limit --secret --pod ' +
  '--cpuset-cpus --dns --expose --ip --link --stop-signal --sysctl --uts --cidfile -c --cpu-shares';
const containerExec = '-e --env --env-file -u --user -w --workdir --detach-keys --index';
const kubeGlobals =
  '-n --namespace -c --container --context --kubeconfig --cluster --user --pod-running-timeout -s --server';
const slurm =
  '-N --nodes -n --ntasks -p --partition -J --job-name -c --cpus-per-task -t --time -w --nodelist -A --account -o --output ' +
  '-e --error -x --exclude --mem --gres -C --constraint -q --qos -D --chdir -d --dependency --gpus -G';

export const wrappers: readonly Wrapper[] = [
  // other users
  {
    words: 'sudo',
    valued:
      '-u --user -g --group -C -D --chdir -h --host -p --prompt -r --role -t --type -T --command-timeout -U --other-user -R --chroot --close-from',
    assignments: true,
    unless: '-l --list -v --validate -V -e --edit',
    textWith: '-s --shell -i --login',
    aloneWith: '-s --shell -i --login',
  },
  { words: 'doas', valued: '-u -C', assignments: true, aloneWith: '-s' },
  { words: 'pkexec', valued: '--user' },
  { words: 'gosu|su-exec', operands: 1 },
  { words: 'run0', valued: '-u --user -g --group' },
  { words: 'setpriv', valued: '--reuid --regid --groups --inh-caps --bounding-set' },
  { words: 'capsh', after: '--', as: 'bash', rest: 'none' },
  { words: 'sg|newgrp', operands: 1, text: '-c --command', rest: 'text', aloneWith: '' },
  { words: 'su', valued: '-s --shell -g --group', rest: 'none', text: '-c --command' },
  { words: 'runuser', valued: '-s -g', text: '-c --command', rest: 'none' },
  { words: 'runuser', valued: '-u --user -s -g -G' },
  // time, priority, processors, input and output
  { words: 'env', valued: '-u --unset -C --chdir -a --argv0', text: '-S --split-string', assignments: true },
  { words: 'time|gtime', valued: '-f -o --format --output' },
  { words: 'nice', valued: '-n --adjustment' },
  { words: 'timeout|gtimeout', valued: '-s --signal -k --kill-after', operands: 1 },
  {
    words: 'nohup|stdbuf|eatmydata|fakeroot|unbuffer|chronic|linux32|linux64|x86_64|i386|arch',
    valued: '-i -o -e --input --output --error -t -w -s',
  },
  { words: 'setsid' },
  { words: 'setarch', operands: 1 },
  { words: 'caffeinate', valued: '-t -w' },
  { words: 'ionice', valued: '-c -n --class --classdata', unless: '-p' },
  { words: 'chrt|schedtool', valued: '-T -P -D', operands: 1, unless: '-p' },
  { words: 'taskset', operands: 1, unless: '-p' },
  {
    words: 'numactl',
    valued:
      '-N -m -C -i -p -P --cpunodebind --membind --physcpubind --interleave --preferred --preferred-many --weighted-interleave',
  },
  { words: 'choom', valued: '-n', unless: '-p' },
  {
    words:
      'prlimit|cpulimit|cgexec|systemd-inhibit|rlwrap|faketty|firejail|proot|dbus-run-session|dbus-launch|retry',
    valued: '-l -g -r -w -b --what --who --why --mode -t -d',
  },
  {
    words: 'bwrap',
    valued: '--dev --proc --tmpfs --chdir --dir --hostname --uid --gid --unsetenv --lock-file --args',
    pairs:
      '--bind --ro-bind --dev-bind --bind-try --ro-bind-try --dev-bind-try --symlink --setenv --file --bind-data',
  },
  { words: 'faketime', valued: '-p', operands: 1 },
  { words: 'torsocks|torify|proxychains|proxychains4|tsocks', valued: '-f' },
  { words: 'xvfb-run|xvfb', valued: '-s -n -f -e -w --server-args --server-num' },
  { words: 'strace|ltrace|dtruss|truss', valued: '-e -o -p -s -u -E -a -I -O -S -P -X -b' },
  {
    words: 'valgrind|heaptrack|rr, perf stat|record|trace, rr record',
    valued: '-e -o -F -C -p --call-graph --event --output --freq',
  },
  { words: 'gdb|lldb', after: '--args --', rest: 'none' },
  { words: 'watch|viddy', valued: '-n --interval', rest: 'text' },
  {
    words: 'hyperfine',
    valued:
      '-w --warmup -r --runs -m -M -p --prepare -c --cleanup -s --setup -n --export-json --export-markdown -L -P',
    text: '-p --prepare -c --cleanup -s --setup',
    rest: 'each',
  },
  { words: 'script|scriptreplay', text: '-c --command', rest: 'none' },
  { words: 'flock', valued: '-w --timeout -E', operands: 1, text: '-c --command' },
  { words: 'lockf', valued: '-t', operands: 1 },
  {
    words: 'reflex|watchexec|nodemon|inotifywait|chokidar',
    valued: '-r -g -w -e --ext -x',
    after: '--',
    text: '-x --exec',
  },
  { words: 'entr' },
  { words: 'concurrently|npm-run-all|run-p|run-s', valued: '-n -c -p --names', rest: 'each' },
  {
    words: 'systemd-run',
    valued:
      '-p --property -u --unit --on-active --on-boot --on-calendar --on-startup -M --slice --uid --gid -E --setenv --description',
  },
  {
    words: 'start-stop-daemon|daemonize|daemon',
    valued: '-p --pidfile -u --user -c --chuid -d --chdir',
    program: '-x --exec -a --startas',
    after: '--',
    rest: 'none',
  },
  // the shell's own
  { words: 'command', unless: '-v -V' },
  { words: 'busybox|toybox|noglob|nocorrect' },
  { words: 'exec', valued: '-a' },
  { words: 'coreutils', program: '--coreutils-prog' },
  {
    words: 'ld-linux-x86-64.so.2|ld-linux-aarch64.so.1|ld-linux.so.2|ld-musl-x86_64.so.1|ld.so',
    valued: '--library-path --preload --argv0 --audit',
    unless: '--list --verify --help --list-diagnostics',
  },
  { words: 'eval', rest: 'text' },
  // namespaces and containers
  { words: 'chroot', valued: '--userspec --groups', operands: 1, aloneWith: '' },
  { words: 'nsenter', valued: '-t --target -S -G', aloneWith: '' },
  { words: 'unshare', valued: '-R --root -w --wd -S -G', aloneWith: '' },
  {
    words: `${multiplexer} run|create, ${multiplexer} container run`,
    valued: containerRun,
    program: '--entrypoint',
    operands: 1,
    place: 'throwaway',
  },
  {
    words: `${multiplexer} exec, ${multiplexer} container exec`,
    valued: containerExec,
    operands: 1,
    place: 'container',
  },
  {
    words: `${multiplexer} compose run, docker-compose|podman-compose run`,
    valued: containerRun,
    operands: 1,
    place: 'throwaway',
  },
  {
    words: `${multiplexer} compose exec, docker-compose|podman-compose exec`,
    valued: containerExec,
    operands: 1,
    place: 'container',
  },
  {
    words: 'kubectl|oc|k|crictl exec, k3s kubectl exec, oc rsh, ctr task exec',
    valued: kubeGlobals,
    operands: 1,
    place: 'container',
  },
  {
    words: 'kubectl|oc|k run|debug',
    valued: `${kubeGlobals} --image --restart --env -l --labels --overrides --target --profile`,
    operands: 1,
    place: 'throwaway',
  },
  {
    words:
      'lxc|incus exec, lxc-attach|systemd-nspawn, machinectl shell, distrobox enter, toolbox run, apptainer|singularity exec',
    valued: '-n --name -c -B --bind -D --directory',
    operands: 1,
    place: 'container',
  },
  { words: 'vagrant ssh', text: '-c --command', rest: 'none', place: 'host' },
  { words: 'wsl', valued: '-d -u', after: '-e --exec --' },
  // other hosts
  {
    words: 'ssh|autossh|rsh|slogin|dbclient',
    valued: '-p -i -o -l -F -L -R -D -W -J -b -c -E -e -I -m -O -Q -S -w -B -M',
    operands: 1,
    rest: 'text',
    place: 'host',
  },
  { words: 'minikube|colima ssh', rest: 'text', place: 'host', valued: '-n -p --node --profile' },
  { words: 'multipass exec, limactl shell', operands: 1, place: 'host', after: '--' },
  { words: 'ssh-agent', valued: '-t -a', unless: '-s -c -k' },
  // Kubernetes in a box: the same kubectl
  { words: 'microk8s|k3s|k0s|minikube|rke2 kubectl', as: 'kubectl' },
  { words: 'microk8s.kubectl', as: 'kubectl' },
  { words: 'sshpass', valued: '-p -f -d -P' },
  { words: 'mosh', valued: '--ssh -p --port --server', operands: 1, place: 'host' },
  {
    words: 'pdsh|pssh|parallel-ssh|clush|dsh|pdsh|cssh',
    valued: '-w -x -f -l -g -h -H -p -t -o -e -m -M --hosts --host --nodes -u',
    rest: 'text',
    place: 'host',
  },
  { words: 'gcloud compute ssh, az ssh vm', text: '--command', rest: 'none', place: 'host' },
  { words: 'aws ecs execute-command', text: '--command', rest: 'none', place: 'container' },
  { words: 'az vm run-command', text: '--scripts', rest: 'none', place: 'host' },
  { words: 'az container exec', text: '--exec-command', rest: 'none', place: 'container' },
  { words: 'fly|flyctl ssh', text: '-C --command', rest: 'none', place: 'container' },
  { words: 'heroku run', valued: '-a --app', rest: 'text', place: 'container' },
  { words: 'docker-machine ssh', operands: 1, rest: 'text', place: 'host' },
  { words: 'gh codespace ssh', after: '--', rest: 'none', place: 'host' },
  { words: 'nomad alloc exec', valued: '-task -job', operands: 1, place: 'container' },
  { words: 'salt', operands: 1, rest: 'none', place: 'host' },
  { words: 'srun|salloc|aprun|jsrun', valued: slurm },
  { words: 'sbatch|qsub|bsub', valued: slurm, text: '--wrap', rest: 'none' },
  {
    words: 'mpirun|mpiexec|orterun|prterun',
    valued: '-n -np -c -H --host --hostfile -hostfile -machinefile --map-by --bind-to -x --mca -N',
  },
  // terminals
  {
    words:
      'tmux new|new-session|neww|new-window|split-window|splitw|respawn-pane|run-shell|run|if-shell|display-popup',
    valued: '-s -n -c -t -x -y -e -F -l -h -w',
    rest: 'text',
  },
  { words: 'tmux send-keys|send', valued: '-t -N', rest: 'text' },
  { words: 'screen', valued: '-S -t -c -T -s -h -p', after: '-X' },
  { words: 'xterm|gnome-terminal|konsole|alacritty|kitty', after: '-e -x --', rest: 'none' },
  // environments and package runners
  {
    words: 'npx|bunx|pnpx, npm exec|x, pnpm|yarn dlx|exec, bun x',
    valued: '-p --package',
    text: '-c --call',
  },
  {
    words:
      'poetry|uv|pipenv|pipx|rye|hatch|pdm|pixi|dotenvx|doppler|op|infisical|volta run, uvx|corepack, uv tool run, bundle|rbenv|pyenv|nodenv|asdf|chamber exec, cargo watch',
    valued: '-p --python --with --from --env-file -f --group --extra',
    after: '--',
  },
  { words: 'yarn|pnpm|bun rimraf', as: 'rimraf' },
  { words: 'yarn|pnpm|bun shx', as: 'shx' },
  { words: 'shx' },
  { words: 'conda|mamba|micromamba run', valued: '-n --name -p --prefix --cwd' },
  {
    words: 'aws-vault|direnv|nvm|fnm|rtx exec, rvm do, mise exec|x',
    valued: '--using',
    operands: 1,
    after: '--',
  },
  { words: 'nix-shell', text: '--run --command', rest: 'none' },
  { words: 'nix shell|develop|run', after: '-c --command --', rest: 'none' },
  {
    words: 'dotenv|cross-env|cross-env-shell|with-env|envdir|s6-setuidgid|chpst|multilog',
    valued: '-e -f',
    assignments: true,
    after: '--',
  },
  // git runs commands too
  { words: 'git submodule foreach', rest: 'text' },
  { words: 'git bisect run', rest: 'argv' },
  { words: 'git rebase', text: '-x --exec', rest: 'none' },
  {
    words: 'git filter-branch',
    text: '--tree-filter --index-filter --msg-filter --env-filter --commit-filter --parent-filter --tag-name-filter',
    rest: 'none',
  },
  { words: 'repo forall, mr run, lerna|meta exec', text: '-c', after: '--', rest: 'none' },
];
