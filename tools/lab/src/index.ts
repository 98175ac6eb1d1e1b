export type { LabUser } from './account.js';
export { findSftpServer, findSshd } from './find-sshd.js';
export { startLab, type Lab } from './lab.js';
export type { LabOptions } from './lab-options.js';
export { LabError, type LabErrorCode } from './lab-error.js';
export type { ClusterYamlOptions } from './client-files.js';
export type { LabNode } from './lab-node.js';
export { startEmbeddedServer, type EmbeddedServer, type EmbeddedServerOptions } from './embedded-server.js';
export { createKeyPair, type KeyPair } from './key-pair.js';
