import { markPrefix } from './marks.js';

/**
 * Notes on the script, which has no comments of its own because it travels with every poll:
 *
 * - It comes on standard input, so nothing that it starts may read that.
 * - `limited` runs what may hang (`df` on a dead mount, a GPU driver, `top`) with a pipe of its own. It waits for
 *   a `sleep` that the program's end cuts short; where that runs out, the reader of the pipe is killed and the
 *   program is not waited for. A process stuck in the kernel cannot be killed, and must hold neither this shell
 *   nor its standard output and with it the SSH channel. Should it come free later, its pipe is broken, so
 *   `ending` fails and no process that has got the sleep's number since is hit.
 * - Where `timeout` exists (not on macOS) it ends what can be ended, so that polls do not pile up.
 * - `df -l` keeps away from network mounts; busybox has no `-l`.
 * - macOS shows no CPU counters to a shell. The second sample of `top -l 2` is a true figure for the second
 *   between the two; the first is not.
 */
function script(secondReading: string): string {
  return `PATH=$PATH:/usr/bin:/bin:/usr/sbin:/sbin LC_ALL=C
export PATH LC_ALL
exec 2>/dev/null
mark() { echo "${markPrefix}$1"; }
ending() { echo "${markPrefix}status $?"; }
limited() {
  sleep 3 </dev/null >/dev/null &
  watchdog=$!
  { "$@" </dev/null 2>&1; ending && kill $watchdog; } | cat &
  reader=$!
  if wait $watchdog; then kill -9 $reader; else wait $reader; fi
}
limit=
disks() {
  $limit df -P -l -k
  code=$?
  case $code in 0 | 137) return $code ;; esac
  $limit df -P -k
}
mark begin
mark uname
system=$(uname -snrm)
echo "$system"
case $system in
Linux*)
  command -v timeout >/dev/null && limit='timeout -s KILL 2'
  mark proc
  grep -hE '^(cpu|MemTotal:|MemAvailable:|SwapTotal:|SwapFree:)' /proc/stat /proc/meminfo </dev/null
  mark loadavg
  read -r line </proc/loadavg && echo "$line"
  mark uptime
  read -r line </proc/uptime && echo "$line"
  mark df
  limited disks
  mark nvidia-smi
  if command -v nvidia-smi >/dev/null; then
    limited $limit nvidia-smi --query-gpu=name,memory.total,memory.used,utilization.gpu --format=csv,noheader,nounits
  else
    echo none
  fi
${secondReading}  ;;
Darwin*)
  mark date
  date +%s
  mark sysctl
  sysctl hw.memsize hw.ncpu vm.loadavg kern.boottime vm.swapusage </dev/null
  mark vm_stat
  vm_stat </dev/null
  mark df
  limited disks
  mark ioreg
  limited ioreg -r -d 1 -w 0 -c IOAccelerator
  mark top
  limited top -l 2 -n 0 -s 1
  ;;
esac
mark end
`;
}

/**
 * A POSIX shell script that prints raw figures of the machine it runs on, Linux or macOS, for `parseShellSample`.
 * Run `sh` with this on standard input. On Linux it takes one reading of the CPU counters and a few milliseconds;
 * on macOS a good second, since `top` has to measure. It ends by itself even if a disk or a driver hangs
 * (three seconds for each) and leaves no process and no file behind.
 */
export const shellSnapshotScript: string = script('');

/**
 * The same for a first look, when no previous sample is there to take a difference from: on Linux the CPU
 * counters are read a second time, 200 ms later. On macOS there is no difference.
 */
export const shellFirstSnapshotScript: string = script(`  mark settle
  grep '^cpu ' /proc/stat </dev/null
  sleep 0.2 || sleep 1
  mark later
  grep '^cpu ' /proc/stat </dev/null
`);
