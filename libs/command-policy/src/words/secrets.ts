/** Files whose contents open doors. Public keys and `known_hosts` do not. */
const secret =
  /(?:^|\/)(?:id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?|etc\/(?:shadow|gshadow|sudoers|ssl\/private\/.+|ssh\/ssh_host_\w+_key)[-~]?|\.ssh\/(?:id_[\w*\u0001\u0005-\u0007]+|identity|[\w-]+\.pem|[\w-]*_key|\*|\u0006)|\.aws\/credentials|\.(?:ssh|gnupg|aws)\/?|\.gnupg\/(?:private-keys.*|secring.*)|\.kube\/config|\.docker\/config\.json|\.netrc|\.pgpass|\.my\.cnf|\.git-credentials|\.config\/(?:gcloud\/.*(?:credentials|legacy).*|gh\/hosts\.yml|op\/.*)|\.azure\/(?:accessTokens|msal_token_cache).*|\.vault-token|\.password-store\/.+|\.local\/share\/keyrings\/.+|Library\/Keychains\/.+|Login Data|logins\.json|key4\.db|wallet\.dat|kubernetes\/admin\.conf|serviceaccount\/token|proc\/(?:\d+|self)\/environ)$/u;

/** Further files that have no business on another's machine. */
const sensitive =
  /(?:^|\/)(?:etc\/(?:passwd|group|hosts)|\.env(?:\.(?!example|sample|template)[\w-]+)?|\.npmrc|\.pypirc|\.(?:bash|zsh|python|mysql|psql)_history|\.bash_sessions|credentials(?:\.json|\.csv)?|secrets?\.(?:ya?ml|json|toml|env)|service-account.*\.json|[\w.*\u0001\u0005-\u0007-]+\.(?:pem|key|p12|pfx|jks|keystore|kdbx)|\.ssh\/?|\.gnupg\/?|\.aws\/?|\.kube\/?|terraform\.tfstate|\.htpasswd)$/u;

/** Programs that take what they are given to another machine. */
export const senders =
  /^(?:curl|wget|nc|ncat|netcat|socat|telnet|ftp|sftp|lftp|tftp|scp|rsync|dig|nslookup|host|ping|ping6|mail|mailx|sendmail|mutt|swaks|aws|gsutil|gcloud|az|rclone|mc|s3cmd|s5cmd|http|https|xh|ssh|gh|glab|croc|wormhole|magic-wormhole|ncftpput|openssl|logger|telegram-send|discord|slack|smbclient|transfer|pastebinit|gist|azcopy|b2|msmtp|ssmtp|curlie|httpie|aria2c|drill|whois|mosquitto_pub|kafkacat|kcat|nats|redis-cli|wscat|websocat|finger|ftpput|rcp|ipfs|keybase|signal-cli|twine)$/u;

export const isSecretPath = (path: string): boolean => secret.test(path);
export const isSensitivePath = (path: string): boolean => secret.test(path) || sensitive.test(path);
