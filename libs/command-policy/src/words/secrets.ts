/** Files whose contents open doors. Public keys and `known_hosts` do not. */
const secret =
  /(?:^|\/)(?:etc\/(?:shadow|gshadow|sudoers|ssl\/private\/.+|ssh\/ssh_host_\w+_key)[-~]?|\.ssh\/(?:id_[a-z0-9_]+|identity|[\w-]+\.pem|[\w-]*_key|\*|\u0006)|\.aws\/credentials|\.(?:ssh|gnupg|aws)\/?|\.gnupg\/(?:private-keys.*|secring.*)|\.kube\/config|\.docker\/config\.json|\.netrc|\.pgpass|\.my\.cnf|\.git-credentials|\.config\/(?:gcloud\/.*(?:credentials|legacy).*|gh\/hosts\.yml|op\/.*)|\.azure\/(?:accessTokens|msal_token_cache).*|\.vault-token|\.password-store\/.+|\.local\/share\/keyrings\/.+|Library\/Keychains\/.+|Login Data|logins\.json|key4\.db|wallet\.dat|kubernetes\/admin\.conf|serviceaccount\/token|proc\/(?:\d+|self)\/environ)$/u;

/** Further files that have no business on another's machine. */
const sensitive =
  /(?:^|\/)(?:etc\/(?:passwd|group|hosts)|\.env(?:\.(?!example|sample|template)[\w-]+)?|\.npmrc|\.pypirc|\.(?:bash|zsh|python|mysql|psql)_history|\.bash_sessions|credentials(?:\.json|\.csv)?|secrets?\.(?:ya?ml|json|toml|env)|service-account.*\.json|[\w.-]+\.(?:pem|key|p12|pfx|jks|keystore|kdbx)|\.ssh\/?|\.gnupg\/?|\.aws\/?|\.kube\/?|terraform\.tfstate|\.htpasswd)$/u;

export const isSecretPath = (path: string): boolean => secret.test(path);
export const isSensitivePath = (path: string): boolean => secret.test(path) || sensitive.test(path);
