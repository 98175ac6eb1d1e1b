import type { Rule } from './rule.js';

const everywhere: Rule['scopes'] = ['root', 'home', 'system', 'settings', 'above'];

/** Files, folders, disks and volumes. */
export const filesRules: readonly Rule[] = [
  {
    id: 'wipe',
    effects: ['delete-tree', 'move-away'],
    scopes: ['root', 'home', 'device'],
    verdict: 'deny',
    core: true,
    message: 'would delete everything, or a whole home',
    suggestion: 'rm -rf ./build',
    examples: {
      match: [
        'rm -rf /',
        'find ~ -delete',
        'rsync -a --delete empty/ /',
        'python3 -c \'import shutil; shutil.rmtree("/")\'',
      ],
      noMatch: ['rm -rf ./build', 'rm -rf /tmp/x', "echo 'rm -rf /'"],
    },
  },
  {
    id: 'wipe-system',
    effects: ['delete-tree', 'move-away'],
    scopes: ['system', 'settings', 'above'],
    verdict: 'deny',
    message: "would delete the system's own folders, or a folder above the working one",
    suggestion: 'rm -rf ./build',
    examples: {
      match: ['rm -rf /usr/lib', 'rm -rf ..', 'sudo find /etc -type f -delete'],
      noMatch: ['rm -rf lib', 'find /etc -type f'],
    },
  },
  {
    id: 'delete-outside',
    effects: ['delete-tree'],
    scopes: ['personal', 'elsewhere', 'project', 'temporary-root', 'unknown'],
    verdict: 'ask',
    message:
      'would delete a folder outside of the workspace, all of it, or one that is not known before it runs',
    suggestion: 'rm -rf ./build',
    examples: {
      match: ['rm -rf ~/other', 'rm -rf .', 'rm -rf $folder'],
      noMatch: ['rm -rf node_modules', 'rm -rf /tmp/build-1'],
    },
  },
  {
    id: 'delete-system-file',
    effects: ['delete-file'],
    scopes: ['root', 'home', 'system', 'above'],
    verdict: 'deny',
    message: 'would delete a file that the system needs',
    examples: {
      match: ['rm /usr/bin/python3', 'unlink /boot/vmlinuz'],
      noMatch: ['rm main.o', 'ls /usr/bin/python3'],
    },
  },
  {
    id: 'delete-setting',
    effects: ['delete-file', 'move-away'],
    scopes: ['settings'],
    verdict: 'ask',
    message: "would delete the system's configuration",
    examples: {
      match: ['rm /etc/hosts'],
      noMatch: ['rm etc/hosts', 'cat /etc/hosts'],
    },
  },
  {
    id: 'overwrite-system',
    effects: ['overwrite', 'append'],
    scopes: ['system'],
    verdict: 'deny',
    message: 'would overwrite a file that the system needs',
    examples: {
      match: ['echo x > /usr/bin/env', 'cp a.out /bin/ls'],
      noMatch: ['echo x > bin/env', 'cp /bin/ls .'],
    },
  },
  {
    id: 'overwrite-setting',
    effects: ['overwrite', 'append'],
    scopes: ['settings', 'root'],
    verdict: 'ask',
    message: "would change the system's configuration",
    examples: {
      match: ["echo '10.0.0.1 a' >> /etc/hosts", 'sed -i s/a/b/ /etc/motd'],
      noMatch: ['sed s/a/b/ /etc/fstab', 'echo a > etc/hosts'],
    },
  },
  {
    id: 'write-device',
    effects: ['write-device'],
    verdict: 'deny',
    core: true,
    message: 'would write to a disk or partition past its file system',
    examples: {
      match: ['dd if=image.iso of=/dev/sda', 'cat x > /dev/nvme0n1', 'mkfs.ext4 /dev/sdb1'],
      noMatch: ['dd if=/dev/zero of=disk.img count=1', 'echo x > /dev/null', 'lsblk'],
    },
  },
  {
    id: 'destroy-volume',
    effects: ['change-volume'],
    scopes: ['all'],
    verdict: 'deny',
    core: true,
    message: 'would destroy a volume or a pool',
    examples: {
      match: ['zpool destroy tank', 'lvremove -f vg/root'],
      noMatch: ['zpool status tank', 'lvs'],
    },
  },
  {
    id: 'change-volume',
    effects: ['change-volume'],
    verdict: 'ask',
    message: 'would change a mounted file system',
    examples: {
      match: ['umount /home'],
      noMatch: ['mount', 'df -h'],
    },
  },
  {
    id: 'permissions',
    effects: ['change-permissions'],
    scopes: everywhere,
    verdict: 'deny',
    message: 'would change modes or owners of the system or of a whole home',
    suggestion: 'chmod -R u+rwX ./build',
    examples: {
      match: ['chmod -R 777 /', 'chown -R me ~'],
      noMatch: ['chmod -R u+w build', 'chmod +x run.sh'],
    },
  },
  {
    id: 'permissions-device',
    effects: ['change-permissions'],
    scopes: ['device'],
    verdict: 'ask',
    message: 'would change who may use a device',
    examples: {
      match: ['chmod 666 /dev/sda'],
      noMatch: ['ls -l /dev/sda', 'chmod 666 /dev/ttyUSB0'],
    },
  },
];
