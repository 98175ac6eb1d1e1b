import type { Call } from '../call.js';

/** Commands whose output is meant to be evaluated: `eval "$(ssh-agent -s)"`. One line each. */
const producers: readonly RegExp[] = [
  /^ssh-agent(?: |$)/u,
  /^brew shellenv/u,
  /^(?:direnv (?:hook|export)|starship init|zoxide init|fnm env|mise (?:activate|env|hook-env)|rtx activate|atuin init|mcfly init|thefuck|fzf --\w+|dircolors|lesspipe|keychain|resize|tset -s|vfox activate|navi widget|devbox (?:shellenv|global)|flox activate|pkgx)/u,
  /^(?:pyenv|rbenv|nodenv|goenv|jenv|plenv|nvm|luarocks|opam|sheldon|antibody|conda|mamba|micromamba|register-python-argcomplete\d?)(?: |$)/u,
  /^(?:minikube|docker-machine|podman machine|colima|eksctl|kubectl|oc|helm|flux|argocd|k3d|kind|kustomize|npm|pip\d?|poetry|rustup|cargo|deno|bun|uv|just|task|op|gh|hub|gcloud|doctl|az|stern|terraform|vault|glab|ng|yq|jq) (?:[\w-]+ )?(?:completion|completions|docker-env|env|shellenv|generate-shell-completion)(?: |$)/u,
  /^perl -(?:I\S+ -)?Mlocal::lib/u,
  /^aws configure export-credentials/u,
  /^cat \/etc\/os-release$/u,
];

export function isTrustedProducer(call: Call): boolean {
  const line = [call.program, ...call.args.map((arg) => arg.text)].join(' ');
  return producers.some((producer) => producer.test(line));
}
