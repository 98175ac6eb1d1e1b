import { nameSet } from './arguments.js';
import type { Call } from './call.js';

/** Options with a value that may stand before a program's subcommand, or anywhere in its arguments. */
const options: ReadonlyMap<string, string> = new Map(
  Object.entries({
    git: '-C -c --git-dir --work-tree --namespace',
    'git commit': '-m --message -F --file --author --date',
    'git tag': '-m --message -F -u',
    'git merge': '-m',
    'git stash': '-m --message',
    'git branch': '-u --set-upstream-to',
    'git checkout': '-b -B --orphan',
    'git switch': '-c -C --orphan',
    'git push': '-o --push-option --repo',
    'git clone': '-b --branch --depth -o --origin',
    'git log': '--grep -S -G -n --author --since --until',
    'git grep': '-e -f',
    'git worktree': '-b -B',
    'git clean': '-e --exclude',
    gh: '-R --repo -X --method -f -F --field --raw-field -H --header --title --body -t -b -q --jq --hostname --input',
    docker:
      '-H --host -c --context --config -l --log-level --filter --format --name --network -w --workdir -u --user --target --profile',
    'docker ps': '-f -n --last',
    'docker images': '-f',
    'docker build': '-f --file -t --tag --build-arg --cache-from --platform --secret --ssh -o --output',
    'docker buildx': '-f --file -t --tag --build-arg --platform',
    'docker run':
      '-v --volume -e --env --env-file -p --publish -h --hostname -m --memory --mount --entrypoint -l --label --pid --device --cap-add --security-opt --userns',
    'docker create': '-v --volume -e --env --mount',
    'docker compose': '-f --file -p --project-name --env-file',
    'docker-compose': '-f --file -p --project-name --profile --env-file',
    kubectl:
      '-n --namespace -c --container --context --kubeconfig --cluster --user -l --selector -o --output -f --filename --field-selector --replicas --grace-period --timeout -s --server --as -p --patch --type -k --kustomize --raw --image --from-literal --from-file',
    helm: '-n --namespace --kube-context --kubeconfig -f --values --set --version --timeout --repo',
    aws: '--profile --region --output --query --endpoint-url --name --key-id --stack-name --instance-ids --bucket --table-name --log-group-name --user-name --role-name --policy-arn --db-instance-identifier --cluster --service --function-name --include --exclude',
    gcloud:
      '--project --account --zone --region --format --filter --configuration --impersonate-service-account --member --role',
    az: '-g --resource-group -n --name --subscription -o --output --query -s --ids',
    terraform: '-var -var-file -target -out -state -backend-config',
    systemctl: '-H --host -M --machine -t --type -p --property -n --lines -o --output -s --signal --root',
    ip: '-n -netns',
    tmux: '-L -S -f -c',
    npm: '--prefix -w --workspace --registry -C --loglevel',
    pnpm: '-C --dir -F --filter --registry',
    yarn: '--cwd --registry',
    cargo: '--manifest-path -p --package --target --features --color -j --jobs -Z',
    make: '-C -f -j -l -I -o -W --directory --file --jobs',
    ssh: '-p -i -o -l -F -L -R -D -W -J -b -c -E -e -I -m -O -Q -S -w -B -M',
    redis: '-h -p -a -n -u',
    'redis-cli': '-h -p -a -n -u --user --pass -s -x -r -i',
    rclone: '--config --transfers --checkers --include --exclude --filter --max-age --min-age --bwlimit',
    mc: '--config-dir --older-than --newer-than',
    gsutil: '-o -h -u',
    apt: '-t -o -c --option --target-release',
    'apt-get': '-t -o -c --option --target-release',
    usermod: '-G --groups -g --gid -s --shell -d --home -l --login -u --uid -e -c --comment -p --password -f',
    useradd: '-G --groups -g --gid -s --shell -d --home-dir -u --uid -c --comment -p --password -e -f -k -b',
    cp: '-t --target-directory -S --suffix',
    mv: '-t --target-directory -S --suffix',
    ln: '-t --target-directory -S --suffix',
    rsync:
      '-f --filter -e --rsh --exclude --include --exclude-from --include-from --files-from --rsync-path -T --temp-dir --partial-dir --backup-dir --suffix --password-file --log-file --out-format -B --block-size --bwlimit --timeout --port --chmod --chown --max-size --min-size --link-dest --compare-dest --copy-dest -M --remote-option',
    scp: '-i -P -o -l -c -F -J -S -D -X',
    parted: '-a --align',
    pip: '-i --index-url --extra-index-url -r --requirement -c --constraint -t --target --find-links -f',
    mkfs: '-t -V',
    gawk: '-i --include -F -v -f --source -e -l',
    awk: '-F -v -f',
    php: '-S -t -r -f -d -c -z',
    httpd: '-p -h -u -c -r',
    caddy: '--root -r --listen',
    ctr: '-n --namespace -a --address',
    crictl: '-r -i -t --runtime-endpoint',
    'docker stop': '-t --time --timeout -s --signal',
    'docker kill': '-s --signal',
    'docker restart': '-t --time',
    grep: '-e -f -A -B -C -m --include --exclude --exclude-dir',
    egrep: '-e -f -A -B -C -m',
    iptables:
      '-t --table -p -s -d -i -o -j --dport --sport -m --state --ctstate --to-destination --comment -I -A',
    crontab: '-u',
    kill: '-s --signal -n',
    pkill: '-u -U -t -g -P -s --signal -F',
    killall: '-u --user -s --signal -o -y',
    'cluster-router': '--config --node --os --arch --cap --cwd --timeout --priority',
    python: '-m -W -X -c --directory -d --bind -b',
    sbatch: '-N -n -p -J -c -t -w -A -o -e -x -C -q -D -d -G',
    qsub: '-N -l -o -e -q -P -d',
    bsub: '-n -q -o -e -J -W -M',
    ansible: '-i -m -a -u -l -f -e --module-name --args --limit',
    setfacl: '-m -x -M -X --modify --remove --set',
    ipmitool: '-H -U -P -I -L -p -f',
    install: '-m --mode -o -g -t --owner --group',
    sed: '-e -f --expression --file',
    mount: '-o -t --options --types -L -U',
    split: '-n -l -b -a --filter',
  }),
);

const aliases: ReadonlyMap<string, string> = new Map(
  Object.entries({
    podman: 'docker',
    nerdctl: 'docker',
    oc: 'kubectl',
    k: 'kubectl',
    tofu: 'terraform',
    groupadd: 'useradd',
    adduser: 'useradd',
    ip6tables: 'iptables',
  }),
);

/** The options of this call that take a value: its program's, and its subcommand's. */
export function valuedOptions(call: Call): string {
  const plain = /^(?:python|pypy)[\d.]*$/u.test(call.program) ? 'python' : call.program;
  const program = aliases.get(plain) ?? plain;
  const verb = verbOf(call, nameSet(options.get(program) ?? ''));
  return `${options.get(program) ?? ''} ${options.get(`${program} ${verb}`) ?? ''}`;
}

/** The first word that is no option and no option's value. */
function verbOf(call: Call, valued: ReadonlySet<string>): string {
  for (let i = 0; i < call.args.length; i++) {
    const text = call.args[i]?.text ?? '';
    if (valued.has(text)) i++;
    else if (!text.startsWith('-')) return text;
  }
  return '';
}
