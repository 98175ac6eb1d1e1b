export { loadSshConfiguration, SshConfigurationError, SshDestinationError } from './configuration/index.js';
export type { HostSettings, SshConfiguration } from './configuration/index.js';
export type { SecretQuestion } from './authentication/secret-question.js';
export type { OpenSocket } from './connection/stream.js';
export type { Description } from './describe.js';
export { TransportError, transportErrorCodes } from './errors.js';
export type { TransportErrorCode } from './errors.js';
export type {
  DownloadRequest,
  FileOptions,
  Progress,
  ResumeOptions,
  TransferOptions,
  TransferResult,
  UploadRequest,
} from './files/request.js';
export { knownHosts, fingerprint, KnownHostsError } from './host-keys/known-hosts.js';
export type { HostKeyVerdict, KnownHosts } from './host-keys/known-hosts.js';
export type { Greeting } from './node/greeting.js';
export type { Exit, OutputStream, RunRequest, RunResult } from './process/exit.js';
export { quote, quoteFolder } from './quote.js';
export { follow } from './process/follow.js';
export type { FollowedProcess, Following } from './process/follow.js';
export { stoppedBy, stopScript } from './process/stop-script.js';
export { createTransport } from './transport.js';
export type { Target, TransportOptions } from './options.js';
export type { Transport } from './transport.js';
