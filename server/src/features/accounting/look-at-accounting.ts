import type { App } from "../../app.ts";
import { backOffMs } from "../../core/back-off.ts";
import { asOrganisation, readAsOrganisation } from "../../db/as-organisation.ts";
import type { Jobs } from "../../jobs/queue.ts";
import { type FeedState, type LinkState, PlatformFailure } from "../../platforms/platform.ts";
import { recordAudit } from "../audit/record.ts";
import { newState } from "../connections/addresses.ts";
import { Conflict, NotFound } from "../errors.ts";
import { jobViewer, type Viewer } from "../viewer.ts";
import {
  type AccountingConnection,
  type AccountingConnectionRow,
  findAccountingConnection,
  lockAccountingConnection,
} from "./accounting-connection.ts";
import { applyFeedStates } from "./apply-feed-states.ts";
import { applyLinkState, requireReconnect } from "./apply-link-state.ts";
import { enqueuePullWhenDue } from "./documents/enqueue-pull.ts";
import { emitAccountingChanged } from "./emit-accounting-changed.ts";
import { type Feed, feedColumns } from "./feed.ts";
import { feedRequestOf } from "./feed-request.ts";
import { type OpenedLink, openLink, resealLinkCredential } from "./platform-link.ts";
import { resumeConnection } from "./resume-connection.ts";

/** When asking fails: from a minute to six hours. */
const retry = { firstMs: 60_000, maxMs: 6 * 60 * 60_000 };

/** The job: how a connection and its feeds stand, whoever is interested. A failure is asked about again later. */
export async function lookAtAccounting(app: App, job: Jobs["lookAtAccounting"]): Promise<void> {
  const { organisationId, connectionId } = job;
  try {
    await lookNow(app, jobViewer(organisationId, "Tieout"), connectionId);
  } catch (error) {
    if (error instanceof NotFound) return;
    if (!(error instanceof PlatformFailure) && !(error instanceof Conflict)) throw error;
    app.log.warn(
      { connectionId, detail: detailOf(error) },
      "an accounting connection was not seen",
    );
    await noteFailure(app, organisationId, connectionId, error);
  }
}

/**
 * Asks the platform how the access and the feeds stand, and takes over what it says. Feeds whose opening was lost on the
 * way are opened again: asked twice, it makes one.
 * @throws NotFound, Conflict, PlatformFailure
 */
export async function lookNow(
  app: App,
  viewer: Viewer,
  connectionId: string,
): Promise<AccountingConnection> {
  const { organisationId } = viewer;
  const { connection, feeds } = await readAsOrganisation(
    app.database,
    organisationId,
    async (sql) => {
      const found = await findAccountingConnection(sql, connectionId);
      if (found === null) throw new NotFound("accounting connection");
      return {
        connection: found,
        feeds: await sql.query<Feed>(
          `SELECT ${feedColumns} FROM feed_account WHERE connection_id = $1 AND disconnected_at IS NULL`,
          [connectionId],
        ),
      };
    },
  );
  if (connection.status === "disconnected") return connection;
  const opened = openLink(app, organisationId, connection);
  await resealLinkCredential(app, organisationId, connection, opened.link.credential);
  const state = connection.linkState ?? newState(connection.id);
  const link = await opened.platform.fetchLink(opened.link, state);
  const states = link.status === "linked" ? await fetchStates(app, viewer, opened, feeds) : null;
  return take(app, viewer, connectionId, { link, state }, states);
}

async function fetchStates(
  app: App,
  viewer: Viewer,
  opened: OpenedLink,
  feeds: readonly Feed[],
): Promise<FeedState[]> {
  if (feeds.length === 0) return [];
  const placed = feeds.filter((feed) => feed.status === "connected" && feed.targetExternalId);
  const placedIds = new Set(placed.map((feed) => feed.externalId));
  const states = await opened.platform.fetchFeeds(opened.link, placedIds);
  const known = new Set(states.map((state) => state.externalId));
  for (const feed of feeds) {
    if (feed.status !== "pending" || known.has(feed.externalId)) continue;
    const request = await feedRequestOf(app, viewer.organisationId, feed);
    const state = await opened.platform.openFeed(opened.link, request).catch((error: unknown) => {
      // One that is not taken must not keep the others from being seen.
      if (!isRefusal(error)) throw error;
      return { ...refusedFeed, externalId: feed.externalId, reason: error.message };
    });
    states.push(state);
  }
  return states;
}

const refusedFeed = {
  status: "disconnected",
  ...{ targetExternalId: null, targetName: null, feedStartOn: null },
} as const;

function isRefusal(error: unknown): error is PlatformFailure {
  return error instanceof PlatformFailure && error.kind === "rejected" && !error.outcomeUnknown;
}

function take(
  app: App,
  viewer: Viewer,
  connectionId: string,
  { link, state }: { link: LinkState; state: string },
  states: readonly FeedState[] | null,
): Promise<AccountingConnection> {
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const before = await lockAccountingConnection(tx, connectionId);
    if (before.status === "disconnected") return before;
    const now = app.now();
    const feedIds = states === null ? [] : await applyFeedStates(tx, before.id, states, now);
    const changed = await applyLinkState(tx, before, { link, state, now });
    if (changed && link.status === "linked" && before.status !== "linked") {
      await recordAudit(tx, viewer, connected(before));
      await resumeConnection(tx, connectionId);
    }
    if (link.status === "linked") await enqueuePullWhenDue(tx, connectionId, now);
    if (changed || feedIds.length > 0) emitAccountingChanged(tx, { connectionId, feedIds });
    return lockAccountingConnection(tx, connectionId);
  });
}

function connected(before: AccountingConnectionRow) {
  return {
    action:
      before.linkedAt === null
        ? "accounting_connection.connected"
        : "accounting_connection.reconnected",
    subjectKind: "accounting_connection",
    subjectId: before.id,
    detail: { company: before.companyName },
  };
}

function noteFailure(
  app: App,
  organisationId: string,
  connectionId: string,
  error: PlatformFailure | Conflict,
): Promise<void> {
  return asOrganisation(app.database, organisationId, async (tx) => {
    const connection = await lockAccountingConnection(tx, connectionId);
    if (connection.status === "disconnected") return;
    const failures = connection.failures + 1;
    const at = app.now().getTime() + backOffMs(failures, Math.random(), retry);
    const asked = error instanceof PlatformFailure ? (error.retryAt?.getTime() ?? 0) : 0;
    await tx.query(
      "UPDATE accounting_connection SET failures = $2, next_look_at = $3 WHERE id = $1",
      [connectionId, failures, new Date(Math.max(at, asked))],
    );
    if (error instanceof PlatformFailure && error.kind === "user_action_needed") {
      await requireReconnect(tx, connection, error.message);
    }
  });
}

function detailOf(error: PlatformFailure | Conflict): string {
  return error instanceof PlatformFailure ? error.detail : error.message;
}
