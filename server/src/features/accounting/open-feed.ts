import type { App } from "../../app.ts";
import { feedStartProblem } from "../../core/accounting/feed-start.ts";
import { type CurrencyCode, parseCurrencyCode } from "../../core/currencies.ts";
import { isLocalDate, type LocalDate, utcDay } from "../../core/dates.ts";
import {
  asOrganisation,
  readAsOrganisation,
  type TenantTransaction,
} from "../../db/as-organisation.ts";
import { newId } from "../../db/ids.ts";
import { PlatformFailure, type TargetAccount } from "../../platforms/platform.ts";
import { recordAudit } from "../audit/record.ts";
import { Conflict, InvalidInput, NotFound } from "../errors.ts";
import { knownIds } from "../ids.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { findAccountingConnection, lockAccountingConnection } from "./accounting-connection.ts";
import { applyFeedState } from "./apply-feed-states.ts";
import { emitAccountingChanged } from "./emit-accounting-changed.ts";
import { type Feed, lockFeed, type PushMode } from "./feed.ts";
import { feedRequestOf } from "./feed-request.ts";
import { type OpenedLink, openLink } from "./platform-link.ts";
import { readPushTiming } from "./push-timing.ts";
import { connectionsOfSameBooks } from "./same-books.sql.ts";

export interface FeedInput {
  readonly connectionId: string;
  readonly accountId: string;
  /** Null where the person picks it on the package's own page. */
  readonly target:
    | { readonly kind: "existing"; readonly externalId: string }
    | { readonly kind: "new"; readonly name: string }
    | null;
  readonly feedStartOn: LocalDate;
  readonly pushMode: PushMode;
  /** Only when pushed on a schedule. */
  readonly pushEveryHours: number | null;
}

const targetNameCharactersMax = 150;

/**
 * Lets a bank account feed an account of the books. It is written down before the platform is asked, and asked again by
 * itself where its answer was lost.
 * @throws Forbidden, NotFound, InvalidInput, Conflict for an account or a target that is fed already, PlatformFailure
 */
export async function openFeed(app: App, viewer: Viewer, input: FeedInput): Promise<Feed> {
  authorise(viewer, "accounting:manage");
  const { organisationId } = viewer;
  const [accountId = ""] = knownIds([input.accountId], "account");
  const { connection, account } = await readAsOrganisation(
    app.database,
    organisationId,
    async (sql) => {
      const found = await findAccountingConnection(sql, input.connectionId);
      if (found === null) throw new NotFound("accounting connection");
      const [row] = await sql.query<{ name: string; currency: string }>(
        "SELECT name, currency FROM financial_account WHERE id = $1",
        [accountId],
      );
      if (!row) throw new NotFound("account");
      return { connection: found, account: row };
    },
  );
  if (connection.status !== "linked") throw new Conflict("Grant access to the books first.");
  const opened = openLink(app, organisationId, connection);
  const timing = readPushTiming(input, app.now());
  refuseStart(input.feedStartOn, opened, utcDay(app.now()));
  const currency = currencyOf(account.currency);
  const target = await targetOf(input, opened, currency);
  const id = newId();
  await asOrganisation(app.database, organisationId, async (tx) => {
    const { status } = await lockAccountingConnection(tx, connection.id);
    if (status !== "linked") throw new Conflict("Grant access to the books first.");
    await refuseSecond(tx, connection.id, accountId, target.externalId);
    await tx.query(
      `INSERT INTO feed_account (organisation_id, id, connection_id, account_id, external_id, target_external_id,
         target_name, target_is_new, currency, feed_start_on, status, push_mode, push_every_hours, next_push_at,
         created_by, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'pending', $11, $12, $13, $14, $15)`,
      [
        ...[organisationId, id, connection.id, accountId, id, target.externalId, target.name],
        ...[target.isNew, currency, input.feedStartOn],
        ...[timing.pushMode, timing.pushEveryHours, timing.nextPushAt],
        ...[viewer.actor.name, app.now()],
      ],
    );
    await tx.query(
      "UPDATE accounting_connection SET next_look_at = least(next_look_at, $2) WHERE id = $1",
      [connection.id, new Date(app.now().getTime() + 60_000)],
    );
    await recordAudit(tx, viewer, {
      action: "feed_account.opened",
      subjectKind: "feed_account",
      subjectId: id,
      detail: { account: account.name, target: target.name ?? "", company: connection.companyName },
    });
    emitAccountingChanged(tx, { connectionId: connection.id, feedIds: [id] });
  });
  return ask(app, organisationId, opened, id);
}

async function ask(
  app: App,
  organisationId: string,
  { platform, link }: OpenedLink,
  id: string,
): Promise<Feed> {
  const feed = await asOrganisation(app.database, organisationId, (tx) => lockFeed(tx, id));
  try {
    const state = await platform.openFeed(link, await feedRequestOf(app, organisationId, feed));
    return await asOrganisation(app.database, organisationId, async (tx) => {
      const locked = await lockFeed(tx, id);
      if (locked.disconnectedAt !== null) return locked;
      await applyFeedState(tx, locked, state, [], app.now());
      emitAccountingChanged(tx, { connectionId: feed.connectionId, feedIds: [id] });
      return lockFeed(tx, id);
    });
  } catch (error) {
    if (!(error instanceof PlatformFailure)) throw error;
    const over = !error.outcomeUnknown && error.kind !== "temporary";
    await noteRefusal(app, organisationId, feed, error.message, over);
    throw error;
  }
}

/** One that the platform does not take is over; one that it may have, or takes later, is asked about by itself. */
function noteRefusal(
  app: App,
  organisationId: string,
  { id, connectionId }: Feed,
  reason: string,
  over: boolean,
): Promise<void> {
  return asOrganisation(app.database, organisationId, async (tx) => {
    await tx.query(
      `UPDATE feed_account SET status_reason = $2, status = CASE WHEN $3 THEN 'disconnected' ELSE status END,
         next_push_at = CASE WHEN $3 THEN NULL ELSE next_push_at END,
         disconnected_at = CASE WHEN $3 THEN $4::timestamptz ELSE disconnected_at END
       WHERE id = $1 AND status = 'pending'`,
      [id, reason, over, app.now()],
    );
    emitAccountingChanged(tx, { connectionId, feedIds: [id] });
  });
}

function refuseStart(feedStartOn: LocalDate, opened: OpenedLink, today: LocalDate): void {
  if (!isLocalDate(feedStartOn)) throw new InvalidInput("This is no day.", "feedStartOn");
  const problem = feedStartProblem(feedStartOn, opened.package.rules, today);
  if (problem === null) return;
  const { label, rules } = opened.package;
  const message =
    problem === "in_the_future"
      ? "A feed cannot start in the future."
      : `${label} takes nothing that was booked more than ${rules.daysBackMax} days ago.`;
  throw new InvalidInput(message, "feedStartOn");
}

function currencyOf(text: string): CurrencyCode {
  const currency = parseCurrencyCode(text);
  if (currency === null)
    throw new InvalidInput("The account's currency is not known.", "accountId");
  return currency;
}

interface ChosenTarget {
  readonly externalId: string | null;
  readonly name: string | null;
  readonly isNew: boolean;
}

async function targetOf(
  { target }: FeedInput,
  opened: OpenedLink,
  currency: CurrencyCode,
): Promise<ChosenTarget> {
  if (target === null) {
    if (opened.package.mapsThere) return { externalId: null, name: null, isNew: false };
    throw new InvalidInput("Choose the account of the books that it feeds.", "target");
  }
  if (opened.package.mapsThere) {
    const message = `The account is picked in ${opened.package.label} itself.`;
    throw new InvalidInput(message, "target");
  }
  if (target.kind === "new") {
    const name = target.name.trim();
    if (name === "" || name.length > targetNameCharactersMax) {
      const message = `An account's name has 1 to ${targetNameCharactersMax} characters.`;
      throw new InvalidInput(message, "target");
    }
    return { externalId: null, name, isNew: true };
  }
  const targets = await opened.platform.listTargets(opened.link);
  const found = targets.find(({ externalId }) => externalId === target.externalId);
  if (found === undefined) {
    throw new InvalidInput("There is no such account in the books.", "target");
  }
  refuseCurrency(found, currency);
  return { externalId: found.externalId, name: found.name, isNew: false };
}

function refuseCurrency(target: TargetAccount, currency: CurrencyCode): void {
  if (target.currency === currency) return;
  const message = `${target.name} is kept in ${target.currency}, and the bank account in ${currency}.`;
  throw new InvalidInput(message, "target");
}

async function refuseSecond(
  tx: TenantTransaction,
  connectionId: string,
  accountId: string,
  targetExternalId: string | null,
): Promise<void> {
  const live = await tx.query<{ connectionId: string; accountId: string; target: string | null }>(
    `SELECT connection_id AS "connectionId", account_id AS "accountId", target_external_id AS target FROM feed_account
     WHERE connection_id IN ${connectionsOfSameBooks("$1")} AND status <> 'disconnected'`,
    [connectionId],
  );
  if (live.some((feed) => feed.connectionId === connectionId && feed.accountId === accountId)) {
    throw new Conflict("This account feeds these books already.");
  }
  if (targetExternalId !== null && live.some((feed) => feed.target === targetExternalId)) {
    throw new Conflict("Another account feeds that account of the books already.");
  }
}
