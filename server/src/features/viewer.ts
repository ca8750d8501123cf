import { Forbidden } from "./errors.ts";
import { allPermissions, type Permission } from "./permissions.ts";

/** Who acts. The name is kept in the audit log as it was at the time. */
export type Actor =
  | { kind: "person"; id: string; name: string }
  | { kind: "api_key"; id: string; name: string }
  | { kind: "job"; id: null; name: string };

/** Who asks, in which organisation, and what they may do there. */
export interface Viewer {
  readonly actor: Actor;
  readonly organisationId: string;
  readonly permissions: ReadonlySet<Permission>;
  /** The signed-in browser, where there is one. */
  readonly sessionId: string | null;
  /** Until when the credential itself is good, where it says so: a bearer token. */
  readonly validUntil?: Date;
}

/** @throws Forbidden */
export function authorise(viewer: Viewer, permission: Permission): void {
  if (!viewer.permissions.has(permission)) throw new Forbidden(permission);
}

/** The product itself, acting in an organisation: what a job runs as. */
export function jobViewer(organisationId: string, name: string): Viewer {
  return {
    actor: { kind: "job", id: null, name },
    organisationId,
    permissions: new Set(allPermissions),
    sessionId: null,
  };
}
