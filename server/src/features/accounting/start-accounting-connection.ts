import type { App } from "../../app.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import { newId } from "../../db/ids.ts";
import type { AccountingPlatform, FileTarget, StartedLink } from "../../platforms/platform.ts";
import { recordAudit } from "../audit/record.ts";
import { newState } from "../connections/addresses.ts";
import type { SealedCredential } from "../connections/credentials.ts";
import { Conflict, InvalidInput } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { type AccountingConnection, lockAccountingConnection } from "./accounting-connection.ts";
import { accountingReturnUrl } from "./accounting-return-url.ts";
import { emitAccountingChanged } from "./emit-accounting-changed.ts";
import { packageOf, sealLinkCredential } from "./platform-link.ts";

/** A page on which a person grants access has been prepared; or, where no page is needed, it is linked already. */
export interface StartedAccountingConnection {
  readonly connection: AccountingConnection;
  /** Null where there is no page to send a person to. */
  readonly linkUrl: string | null;
}

/** Connections that nobody finished: a program that only starts them is at fault. */
const openLinksMax = 50;
const companyNameCharactersMax = 200;
/** Somebody is at the link page: it is looked at after this long, whether they come back or not. */
const firstLookMs = 2 * 60_000;

/**
 * Begins access to a company's books in an accounting package.
 * @param input fileTarget: only for a package whose description says that files are put somewhere
 * @throws Forbidden, InvalidInput, Conflict, PlatformFailure
 */
export async function startAccountingConnection(
  app: App,
  viewer: Viewer,
  input: {
    platform: string;
    package: string;
    companyName: string;
    fileTarget?: FileTarget | null;
  },
): Promise<StartedAccountingConnection> {
  authorise(viewer, "accounting:manage");
  const platform = app.platforms.find(input.platform);
  if (platform === null) throw new InvalidInput("There is no such platform.", "platform");
  if (packageOf(platform, input.package) === null) {
    throw new InvalidInput("There is no such accounting package.", "package");
  }
  const companyName = input.companyName.trim();
  if (companyName === "" || companyName.length > companyNameCharactersMax) {
    const message = `A company's name has 1 to ${companyNameCharactersMax} characters.`;
    throw new InvalidInput(message, "companyName");
  }
  await refuseTooMany(app, viewer);
  const id = newId();
  const state = newState(id);
  const started = await platform.startLink({
    ...{ package: input.package, companyName, connectionReference: id, state },
    returnUrl: accountingReturnUrl(app.config),
    target: input.fileTarget ?? null,
  });
  const owner = { organisationId: viewer.organisationId, connectionId: id };
  const sealed = sealLinkCredential(
    app,
    owner,
    started.kind === "granted" ? started.credential : null,
  );
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const row = { id, platform, package: input.package, companyName, state, sealed };
    await insertConnection(tx, viewer, row, started, app.now());
    await recordAudit(tx, viewer, {
      action:
        started.kind === "granted"
          ? "accounting_connection.connected"
          : "accounting_connection.started",
      subjectKind: "accounting_connection",
      subjectId: id,
      detail: { company: companyName, package: packageOf(platform, input.package)?.label ?? "" },
    });
    emitAccountingChanged(tx, { connectionId: id });
    return {
      connection: await lockAccountingConnection(tx, id),
      linkUrl: started.kind === "hosted" ? started.url : null,
    };
  });
}

async function refuseTooMany(app: App, viewer: Viewer): Promise<void> {
  const [open] = await asOrganisation(app.database, viewer.organisationId, (tx) =>
    tx.query<{ count: number }>(
      "SELECT count(*)::int AS count FROM accounting_connection WHERE status = 'pending'",
    ),
  );
  if ((open?.count ?? 0) >= openLinksMax) {
    throw new Conflict("Finish or remove the accounting connections under way first.");
  }
}

async function insertConnection(
  tx: TenantTransaction,
  viewer: Viewer,
  row: {
    id: string;
    platform: AccountingPlatform;
    package: string;
    companyName: string;
    state: string;
    sealed: SealedCredential | null;
  },
  started: StartedLink,
  now: Date,
): Promise<void> {
  const hosted = started.kind === "hosted";
  await tx.query(
    `INSERT INTO accounting_connection (organisation_id, id, platform, package, company_name, company_external_id,
       external_id, status, link_url, link_state, credential_key_id, credential_nonce, credential_ciphertext,
       credential_tag, next_look_at, created_by, created_at, linked_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
    [
      ...[tx.organisationId, row.id, row.platform.description.name, row.package, row.companyName],
      ...[started.companyExternalId, started.externalId, hosted ? "pending" : "linked"],
      ...[hosted ? started.url : null, hosted ? row.state : null],
      ...[row.sealed?.keyId, row.sealed?.nonce, row.sealed?.ciphertext, row.sealed?.tag],
      ...[new Date(now.getTime() + firstLookMs), viewer.actor.name, now, hosted ? null : now],
    ],
  );
}
