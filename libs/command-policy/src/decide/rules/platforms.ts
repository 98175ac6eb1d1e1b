import type { Rule } from './rule.js';

/** What others share: repositories, containers, clusters, clouds and databases. */
export const platformsRules: readonly Rule[] = [
  {
    id: 'discard-work',
    effects: ['discard-work'],
    verdict: 'ask',
    message: 'would discard work that is not committed, or history',
    suggestion: 'git stash',
    examples: {
      match: ['git reset --hard', 'git clean -fdx'],
      noMatch: ['git reset', 'git clean -n', "git commit -m 'git reset --hard'"],
    },
  },
  {
    id: 'rewrite-shared',
    effects: ['rewrite-remote'],
    scopes: ['all'],
    verdict: 'deny',
    message: 'would rewrite or delete a branch or a repository that others use',
    suggestion: 'git push --force-with-lease origin my-branch',
    examples: {
      match: ['git push --force origin main', 'gh repo delete me/app --yes'],
      noMatch: ['git push origin main', 'git push --force-with-lease origin my-branch'],
    },
  },
  {
    id: 'rewrite-remote',
    effects: ['rewrite-remote'],
    verdict: 'ask',
    message: 'would rewrite or delete something on the remote',
    suggestion: 'git push --force-with-lease origin my-branch',
    examples: {
      match: ['git push --force origin my-branch'],
      noMatch: ['git push origin my-branch'],
    },
  },
  {
    id: 'git-config',
    effects: ['change-git-config'],
    verdict: 'ask',
    message: 'would make git run something else',
    examples: {
      match: ['git config --global core.hooksPath /tmp/x'],
      noMatch: ['git config user.name', 'git config user.email a@example.com'],
    },
  },
  {
    id: 'delete-containers',
    effects: ['delete-container'],
    scopes: ['all'],
    verdict: 'deny',
    message: 'would delete every container, or volumes with their data',
    examples: {
      match: ['docker system prune -af --volumes', 'docker rm -f $(docker ps -aq)'],
      noMatch: ['docker ps', 'docker run --rm app'],
    },
  },
  {
    id: 'delete-container',
    effects: ['delete-container', 'escape-container'],
    verdict: 'ask',
    message: 'would delete containers or volumes, or give a container the machine',
    examples: {
      match: ['docker volume rm data', 'docker run -v /:/host alpine ls'],
      noMatch: ['docker volume ls', 'docker stop app'],
    },
  },
  {
    id: 'delete-cluster',
    effects: ['delete-kubernetes'],
    scopes: ['cluster'],
    verdict: 'deny',
    message: 'would delete a namespace, a kind of resource, or a cluster',
    examples: {
      match: ['kubectl delete namespace prod', 'kubectl delete pods --all -A'],
      noMatch: ['kubectl get namespaces', 'kubectl delete pod a --dry-run=client'],
    },
  },
  {
    id: 'change-kubernetes',
    effects: ['delete-kubernetes', 'change-kubernetes'],
    verdict: 'ask',
    message: 'would change what runs on the Kubernetes cluster',
    suggestion: 'kubectl get pods',
    examples: {
      match: ['kubectl delete pod app-1', 'kubectl drain node-1'],
      noMatch: ['kubectl logs app-1'],
    },
  },
  {
    id: 'destroy-cloud',
    effects: ['delete-cloud'],
    scopes: ['all'],
    verdict: 'deny',
    message: 'would delete infrastructure or stored data without asking again',
    examples: {
      match: ['terraform destroy -auto-approve', 'aws s3 rb s3://data --force'],
      noMatch: ['terraform plan -destroy', 'aws s3 ls'],
    },
  },
  {
    id: 'change-cloud',
    effects: ['delete-cloud', 'change-cloud'],
    verdict: 'ask',
    message: 'would delete or change something in the cloud',
    examples: {
      match: ['aws ec2 stop-instances --instance-ids i-1'],
      noMatch: ['aws ec2 describe-instances'],
    },
  },
  {
    id: 'drop-data',
    effects: ['drop-data'],
    scopes: ['all'],
    verdict: 'deny',
    message: 'would drop or empty tables or databases',
    examples: {
      match: ["psql -c 'DROP TABLE users'", 'redis-cli FLUSHALL'],
      noMatch: ["psql -c 'SELECT * FROM users'", "echo 'DROP TABLE users'"],
    },
  },
  {
    id: 'change-data',
    effects: ['drop-data', 'change-data'],
    verdict: 'ask',
    message: 'would change or drop data in a database',
    examples: {
      match: ['psql -c "UPDATE users SET name = \'x\' WHERE id = 1"'],
      noMatch: ["psql -c 'SELECT 1'"],
    },
  },
];
