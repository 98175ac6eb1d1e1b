import type { EffectRow } from './row.js';

/** Doors opened, and packages taken from anywhere. */
export const network: readonly EffectRow[] = [
  ['nc|ncat|netcat -e|-c|--exec|--sh-exec', 'reverse-shell', 'all'],
  ['socat +*EXEC:*|+*exec:*|+*SYSTEM:*|+*system:*|+*SHELL:*', 'reverse-shell', 'all'],
  ['socat +TCP-LISTEN:*|+TCP4-LISTEN:*|+OPENSSL-LISTEN:*', 'open-network', 'one'],
  ['sh|bash|dash|zsh|ksh -i', 'reverse-shell', '>input'],
  ['nc|ncat|netcat -l|--listen', 'open-network', 'one'],
  [
    'python|python3|python3.* -m=http.server --directory=/|--directory=/etc*|--directory=/root*|--directory=/home*|-d=/|-d=~*|--directory=~*',
    'open-network',
    'one',
  ],
  ['php -S=0.0.0.0*|-S=[*]:*|-S=[[]::*', 'open-network', 'one'],
  [
    'http-server|serve|live-server|ruby|darkhttpd|miniserve|simple-http-server|dufs +/|+/etc*|+/root*|+/home|+~',
    'open-network',
    'one',
  ],
  [
    'php|httpd|caddy|webfsd|thttpd|mini_httpd|lighttpd -t=/|-t=/home|-t=~|-h=/|-h=/home|-h=~|-d=/|-d=~|--root=/|--root=~|-r=/',
    'open-network',
    'one',
  ],
  [
    'python|python3|python3.* -m=http.server|-m=SimpleHTTPServer|-m=pyftpdlib !-d !--directory',
    'open-network',
    '>cwd',
  ],
  ['http-server|serve|miniserve|dufs|darkhttpd|live-server @none|.', 'open-network', '>cwd'],
  ['ssh|autossh -R', 'open-network', 'one'],
  ['ssh|autossh -L=0.0.0.0:*|-L=[*]:*|-D=0.0.0.0:*|-g', 'open-network', 'one'],
  [
    'ngrok|cloudflared|bore|lt|localtunnel|frpc|chisel|serveo|pagekite http|tcp|tls|tunnel|local|client|start|--port|*',
    'open-network',
    'one',
  ],
  ['tmate|gsocket|gs-netcat|teleconsole', 'open-network', 'one'],
  ['enable -f', 'poison-environment', 'one'],
  ['ld.so|ldconfig --preload|-C', 'poison-environment', 'one'],
  ['npx|bunx|pnpx http*|git+*|github:*|git://*|*.tgz', 'run-installer', 'one'],
  ['npm|pnpm|yarn|bun dlx|exec|x http*|git+*|github:*', 'run-installer', 'one'],
  [
    'npm|pnpm|yarn|bun install|i|add|global http:*|https:*|git+http:*|git+https:*|git+ssh:*|github:*',
    'run-installer',
    'one',
  ],
  [
    'npm|pnpm|yarn|pip|pip3|uv --registry=http:*|--index-url=http:*|-i=http:*|--extra-index-url=*|--trusted-host',
    'run-installer',
    'one',
  ],
  [
    'pip|pip3|pipx|uv install|tool|run|pip +http:*|+https:*|+git+http:*|+git+https:*|+git+ssh:*',
    'run-installer',
    'one',
  ],
  ['uvx|pipx http*|git+*|run', 'run-installer', 'one'],
  ['deno run|install|eval http*', 'run-installer', 'one'],
  ['go run|install http*', 'run-installer', 'one'],
  ['helm install|upgrade|template * http*', 'run-installer', 'one'],
  ['gem|cargo install --source|-s|--git|--registry', 'run-installer', 'one'],
  ['docker|podman|nerdctl build http*', 'run-installer', 'one'],
  ['docker|podman|nerdctl load|import http*', 'run-installer', 'one'],
  ['sh|bash +http*', 'run-installer', 'one'],
  ['rpm|dnf|yum|apt|dpkg -i|-U|install +http*', 'run-installer', 'one'],
  ['code|gh --install-extension|extension http*', 'run-installer', 'one'],
];
