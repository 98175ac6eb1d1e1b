/** Where well-known installers are fetched from. Running one still changes the machine: a person is asked. */
const places: readonly RegExp[] = [
  /^(?:https:\/\/)?(?:sh\.rustup\.rs|get\.docker\.com|get\.k3s\.io|get\.pnpm\.io|get\.sdkman\.io|get\.helm\.sh|get\.rke2\.io|get\.volta\.sh|get\.nextflow\.io)(?:\/|$)/u,
  /^https:\/\/(?:install\.python-poetry\.org|deb\.nodesource\.com|rpm\.nodesource\.com|astral\.sh|bun\.sh|deno\.land|fnm\.vercel\.app|starship\.rs|ollama\.com|tailscale\.com|nixos\.org|install\.determinate\.systems|mise\.run|mise\.jdx\.dev|pyenv\.run|bootstrap\.pypa\.io|raw\.github\.com\/ohmyzsh|install\.duckdb\.org|cli\.github\.com|packages\.microsoft\.com|apt\.releases\.hashicorp\.com|sdk\.cloud\.google\.com|get\.haskellup\.org|get-ghcup\.haskell\.org|claude\.ai|fly\.io|railway\.app|supabase\.com|foundry\.paradigm\.xyz|install\.meteor\.com|dl\.google\.com|repo\.anaconda\.com|micro\.mamba\.pm|wasmtime\.dev|just\.systems|setup\.atuin\.sh|sh\.vector\.dev|pkg\.cloudflare\.com|download\.docker\.com)(?:\/|$)/u,
  /^https:\/\/raw\.githubusercontent\.com\/(?:Homebrew\/install|nvm-sh\/nvm|ohmyzsh\/ohmyzsh|helm\/helm|k3d-io\/k3d|asdf-vm|pyenv\/|rbenv\/|junegunn\/vim-plug|rancher\/k3d|kubernetes-sigs\/|kubernetes\/|hashicorp\/|conda-forge\/miniforge)/u,
  /^https:\/\/github\.com\/(?:conda-forge\/miniforge|pyenv\/pyenv-installer)\//u,
];

export const isInstaller = (url: string): boolean => places.some((place) => place.test(url));
