import type { App } from "../../app.ts";
import { readAsOrganisation } from "../../db/as-organisation.ts";
import type { FeedRequest } from "../../platforms/platform.ts";
import { NotFound } from "../errors.ts";
import type { Feed } from "./feed.ts";

/** What a feed is opened with: the same however often, from what is stored of it. @throws NotFound */
export async function feedRequestOf(
  app: Pick<App, "database">,
  organisationId: string,
  feed: Feed,
): Promise<FeedRequest> {
  const [account] = await readAsOrganisation(app.database, organisationId, (sql) =>
    sql.query<{ name: string; kind: string; mask: string | null; balance: bigint | null }>(
      `SELECT name, kind, mask, balance_current_minor AS balance FROM financial_account WHERE id = $1`,
      [feed.accountId],
    ),
  );
  if (!account) throw new NotFound("account");
  return {
    externalId: feed.externalId,
    accountName: account.name,
    accountKind: kindOf(account.kind),
    mask: account.mask,
    currency: feed.currency,
    balanceMinor: account.balance ?? 0n,
    feedStartOn: feed.feedStartOn,
    target: targetOf(feed),
  };
}

const kinds = ["current", "savings", "credit_card", "loan"] as const;

function kindOf(kind: string): FeedRequest["accountKind"] {
  return kinds.find((each) => each === kind) ?? "other";
}

function targetOf({ targetIsNew, targetName, targetExternalId }: Feed): FeedRequest["target"] {
  if (targetIsNew) return { kind: "new", name: targetName ?? "" };
  return targetExternalId === null ? null : { kind: "existing", externalId: targetExternalId };
}
