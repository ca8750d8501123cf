import type { App } from "../../app.ts";
import { readAsOrganisation } from "../../db/as-organisation.ts";
import { CredentialUnreadable } from "../connections/credentials.ts";
import { Conflict } from "../errors.ts";
import type { Viewer } from "../viewer.ts";
import { findAccountingConnection } from "./accounting-connection.ts";
import { openLink } from "./platform-link.ts";

/**
 * Where the files of an accounting connection are put: a folder or a server's address, without its password. Null for
 * a package with an API, once the sign-in is wiped, and for who may not manage it.
 */
export async function readFilesPlace(app: App, viewer: Viewer, id: string): Promise<string | null> {
  if (!viewer.permissions.has("accounting:manage")) return null;
  const connection = await readAsOrganisation(app.database, viewer.organisationId, (sql) =>
    findAccountingConnection(sql, id),
  );
  if (connection === null || connection.externalId === null) return null;
  try {
    const { platform, link } = openLink(app, viewer.organisationId, connection);
    return platform.placeOf(link);
  } catch (error) {
    // The platform or the key may have been taken out of this installation: the rest is still shown.
    if (error instanceof Conflict || error instanceof CredentialUnreadable) return null;
    throw error;
  }
}
