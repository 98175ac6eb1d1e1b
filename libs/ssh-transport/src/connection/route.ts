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
  /** Tried where no identity is configured. */
  defaultIdentityFiles: readonly string[];
  identitiesOnly: boolean;
  agentSocket?: string;
  hostKeys: 'accept-new' | 'strict';
  knownHosts: KnownHosts;
}

/** The place, for messages. */
export function where(route: Route): string {
  const port = route.port === 22 ? '' : ` port ${route.port}`;
  return route.label === route.hostName
    ? `${route.hostName}${port}`
    : `${route.label} (${route.hostName}${port})`;
}
