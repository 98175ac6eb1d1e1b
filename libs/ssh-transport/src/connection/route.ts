import type { IdentityInput } from '../authentication/identities.js';
import type { LoginMethod } from '../configuration/index.js';
import type { KnownHosts } from '../host-keys/known-hosts.js';

/** Where a connection goes, and as whom: everything resolved. */
export interface Route {
  /** Name for messages, as the caller wrote it. */
  label: string;
  hostName: string;
  port: number;
  user: string;
  hostKeyAlias?: string;
  identityFiles: readonly string[];
  certificateFiles: readonly string[];
  /** Tried where no identity is configured. */
  defaultIdentityFiles: readonly string[];
  identitiesOnly: boolean;
  agentSocket?: string;
  /** The variable that names the agent's socket, where it is not set. */
  agentUnset?: string;
  /** In the order to try them. */
  loginMethods: readonly LoginMethod[];
  /** How often a person may answer wrongly. */
  passwordPrompts: number;
  hostKeys: 'accept-new' | 'strict';
  knownHosts: KnownHosts;
  /** The first of them is written. */
  knownHostsFiles: readonly string[];
  proxyCommand?: ProxyCommand;
}

/** A command of the user's whose standard streams lead to the server. */
export interface ProxyCommand {
  text: string;
  /** `FILE:LINE` of the SSH configuration. */
  place?: string;
}

/** It, for messages. */
export function shownProxy({ text, place }: ProxyCommand): string {
  return `ProxyCommand ${JSON.stringify(text)}${place === undefined ? '' : ` (${place})`}`;
}

/** What decides which keys are offered on the way. */
export function identityInput(route: Route): IdentityInput {
  return {
    user: route.user,
    identityFiles: route.identityFiles,
    certificateFiles: route.certificateFiles,
    defaultFiles: route.defaultIdentityFiles,
    identitiesOnly: route.identitiesOnly,
    ...(route.agentSocket === undefined ? {} : { agentSocket: route.agentSocket }),
    ...(route.agentUnset === undefined ? {} : { agentUnset: route.agentUnset }),
  };
}

/** The place, for messages. */
export function where(route: Route): string {
  const port = route.port === 22 ? '' : ` port ${route.port}`;
  return route.label === route.hostName
    ? `${route.hostName}${port}`
    : `${route.label} (${route.hostName}${port})`;
}
