import type { App } from "../../app.ts";
import { assert } from "../../core/assert.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import type {
  AccountingPlatform,
  PackageDescription,
  PlatformLink,
} from "../../platforms/platform.ts";
import {
  isSealedWithOldKey,
  openCredential,
  type SealedCredential,
  sealCredential,
} from "../connections/credentials.ts";
import { sealedOf } from "../connections/sealed-columns.ts";
import { Conflict } from "../errors.ts";
import type { AccountingConnectionRow } from "./accounting-connection.ts";

const purpose = "accounting_connection";

/** Its adapter was taken out of this installation, or the package out of it. */
export const platformGone = "The platform of this connection is not set up here any more.";

/** A platform, opened for one connection's calls. */
export interface OpenedLink {
  readonly platform: AccountingPlatform;
  readonly package: PackageDescription;
  readonly link: PlatformLink;
}

/**
 * The platform of a connection and what it finds the company by, with the credential opened for the calls that follow.
 * @throws Conflict where the platform is no longer offered here, or its key no longer opens; CredentialUnreadable
 */
export function openLink(
  app: Pick<App, "platforms" | "config">,
  organisationId: string,
  connection: AccountingConnectionRow,
): OpenedLink {
  const platform = app.platforms.find(connection.platform);
  const found = platform && packageOf(platform, connection.package);
  if (!platform || !found) {
    throw new Conflict(platformGone);
  }
  const { companyExternalId, externalId } = connection;
  assert(companyExternalId !== null && externalId !== null, "a connection was begun there");
  const sealed = sealedOf(connection);
  const owner = { organisationId, connectionId: connection.id };
  const credential = sealed && openCredential(app.config.tokenKeys, owner, sealed, purpose);
  return {
    platform,
    package: found,
    link: { package: connection.package, companyExternalId, externalId, credential },
  };
}

/** Null for a package that the platform does not reach. */
export function packageOf(platform: AccountingPlatform, name: string): PackageDescription | null {
  return platform.description.packages.find((each) => each.name === name) ?? null;
}

/** Whether what a feed has in the books can be read: a person may have picked an account there that nobody tells. */
export function canBeReadBack(
  { targetExternalId }: { readonly targetExternalId: string | null },
  { readsBack }: Pick<PackageDescription, "readsBack">,
): boolean {
  return readsBack && targetExternalId !== null;
}

/** As it is stored; null where the target needs none. */
export function sealLinkCredential(
  app: Pick<App, "config">,
  owner: { organisationId: string; connectionId: string },
  credential: string | null,
): SealedCredential | null {
  return credential === null
    ? null
    : sealCredential(app.config.tokenKeys, owner, credential, purpose);
}

/**
 * Seals a credential again with the first key of the ring where it was sealed with an older one, so that the older key
 * can be retired. Only what was read: somebody else may have wiped it in between.
 */
export async function resealLinkCredential(
  app: Pick<App, "config" | "database">,
  organisationId: string,
  connection: AccountingConnectionRow,
  credential: string | null,
): Promise<void> {
  const old = sealedOf(connection);
  if (old === null || !isSealedWithOldKey(app.config.tokenKeys, old)) return;
  const owner = { organisationId, connectionId: connection.id };
  const sealed = sealLinkCredential(app, owner, credential);
  await asOrganisation(app.database, organisationId, (tx) =>
    tx.query(
      `UPDATE accounting_connection SET credential_key_id = $2, credential_nonce = $3, credential_ciphertext = $4,
         credential_tag = $5 WHERE id = $1 AND credential_nonce = $6`,
      [
        connection.id,
        ...[sealed?.keyId, sealed?.nonce, sealed?.ciphertext, sealed?.tag, old.nonce],
      ],
    ),
  );
}
