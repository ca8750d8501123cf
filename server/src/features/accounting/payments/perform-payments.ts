import type { App } from "../../../app.ts";
import {
  asOrganisation,
  readAsOrganisation,
  type TenantTransaction,
} from "../../../db/as-organisation.ts";
import { newId } from "../../../db/ids.ts";
import type { Jobs } from "../../../jobs/queue.ts";
import {
  PlatformFailure,
  type PlatformPayment,
  type PushState,
} from "../../../platforms/platform.ts";
import {
  type AccountingConnectionRow,
  findAccountingConnection,
} from "../accounting-connection.ts";
import { requireReconnect } from "../apply-link-state.ts";
import { type OpenedLink, openLink } from "../platform-link.ts";
import { unsettledMs } from "../push/follow-operation.ts";
import { enqueueSend } from "./enqueue-send.ts";
import {
  changeOffer,
  lockOffer,
  lookAtOfferLater,
  noteOnItsWay,
  type OfferRow,
} from "./offer-rows.sql.ts";

/** Of one job; the next goes on behind them. */
const paymentsMax = 200;
/** Looks at one that is refused for now, or lost again and again, some two hours; then it is a person's. */
const looksMax = 30;
/** So often in a row a platform did not answer: whoever waits for it for each payment holds a worker's place for hours. */
const awayMax = 3;
const afterAwayMs = 60_000;
/** Clocks differ. */
const skewMs = 2 * 60_000;

/**
 * The job: books payments that were released, one after another, and asks what became of those that are on their way. A
 * payment is written down before it is sent. One whose fate is not known is looked up, and only what is found nowhere,
 * and cannot come any more, is sent again.
 */
export async function performPayments(app: App, job: Jobs["sendPayments"]): Promise<void> {
  const { organisationId, connectionId } = job;
  const { connection, ids } = await readAsOrganisation(
    app.database,
    organisationId,
    async (sql) => {
      const rows = await sql.query<{ id: string }>(
        `SELECT id FROM payment_offer WHERE connection_id = $1 AND (
           (status = 'offered' AND sent_by IS NOT NULL)
           OR (status IN ('sending', 'pending') AND next_look_at <= $2))
         ORDER BY created_at, id LIMIT ${paymentsMax}`,
        [connectionId, app.now()],
      );
      const found = await findAccountingConnection(sql, connectionId);
      return { connection: found, ids: rows.map((row) => row.id) };
    },
  );
  if (connection?.status !== "linked") return;
  const opened = openLink(app, organisationId, connection);
  const context = { app, organisationId, connection, opened };
  let away = 0;
  for (const id of ids) {
    const outcome = await carryOut(context, id);
    if (outcome === "stop") return;
    away = outcome === "away" ? away + 1 : 0;
    if (away === awayMax) {
      // The others, without those that were just asked for.
      const runAt = new Date(app.now().getTime() + afterAwayMs);
      return inTransaction(context, (tx) => enqueueSend(tx, connectionId, runAt));
    }
  }
  if (ids.length === paymentsMax) {
    await inTransaction(context, (tx) => enqueueSend(tx, connectionId));
  }
}

interface Context {
  readonly app: App;
  readonly organisationId: string;
  readonly connection: AccountingConnectionRow;
  readonly opened: OpenedLink;
}

/** What is to be done about an offer. send: it is written down as on its way. */
interface Step {
  readonly kind: "send" | "ask";
  readonly offer: OfferRow;
}

/** stop: nothing more can be done for this connection now. away: the platform did not answer, or has trouble. */
type Outcome = "next" | "stop" | "away";

async function carryOut(context: Context, id: string): Promise<Outcome> {
  let step = await inTransaction(context, (tx, now) => begin(tx, id, now));
  while (step !== null) {
    const { kind, offer } = step;
    try {
      step = kind === "send" ? await send(context, offer) : await ask(context, offer);
    } catch (error) {
      if (!(error instanceof PlatformFailure)) throw error;
      return takeFailure(context, { kind, offer }, error);
    }
  }
  return "next";
}

/** Null where nothing is to be done. */
async function begin(tx: TenantTransaction, id: string, now: Date): Promise<Step | null> {
  const offer = await lockOffer(tx, id);
  if (offer === null) return null;
  const { status, unsettledSince } = offer;
  if (status === "pending" || (status === "sending" && unsettledSince !== null)) {
    return { kind: "ask", offer };
  }
  if (status !== "offered" && status !== "sending") return null;
  return sendUnlessUndone(tx, offer, now);
}

/**
 * Nothing of it is there, and nothing is on its way. It bears another id each time: under one of before it might be
 * answered as before, whatever is there by now.
 */
async function sendUnlessUndone(
  tx: TenantTransaction,
  offer: OfferRow,
  now: Date,
): Promise<Step | null> {
  const ended = { completedAt: now, unsettledSince: null };
  if (offer.undone) {
    await changeOffer(tx, offer, { ...ended, status: "withdrawn", problem: null });
    return null;
  }
  if (offer.targetExternalId === null) {
    await changeOffer(tx, offer, { ...ended, status: "failed", problem: noTarget });
    return null;
  }
  const sendKey = offer.sendKey === null ? offer.id : newId();
  return { kind: "send", offer: await noteOnItsWay(tx, offer, sendKey, now) };
}

const noTarget = "Map its bank account first: it feeds no account of these books.";

async function send(context: Context, offer: OfferRow): Promise<null> {
  const { platform, link } = context.opened;
  return take(context, offer, await platform.sendPayment(link, paymentOf(offer)));
}

async function ask(context: Context, offer: OfferRow): Promise<Step | null> {
  const { platform, link } = context.opened;
  if (offer.status === "pending") {
    const told = await platform.fetchPush(link, offer.externalKey ?? "");
    if (told !== null && told.status !== "timed_out") return take(context, offer, told);
  }
  const since = (offer.unsettledSince ?? offer.createdAt).getTime() - skewMs;
  const found = await platform.findPayment(link, paymentOf(offer), new Date(since));
  if (found !== null && found.status !== "timed_out") return take(context, offer, found);
  return inTransaction(context, (tx, now) => settleAbsent(tx, offer, found, now));
}

/** What is not found may still come for a while; then it goes out anew. */
async function settleAbsent(
  tx: TenantTransaction,
  seen: OfferRow,
  found: PushState | null,
  now: Date,
): Promise<Step | null> {
  const offer = await lockOffer(tx, seen.id);
  const isSame = offer?.status === seen.status && offer.sendKey === seen.sendKey;
  if (offer === null || !isSame) return null;
  const since = offer.status === "pending" ? now : (offer.unsettledSince ?? now);
  const settledAt = new Date(since.getTime() + unsettledMs);
  if (now < settledAt) {
    await changeOffer(tx, offer, {
      ...{ status: "sending", problem: found?.problem ?? lost },
      ...{ completedAt: null, unsettledSince: since },
    });
    await lookAtOfferLater(tx, offer, "sending", { now, notBefore: settledAt });
    return null;
  }
  if (offer.looks < looksMax || offer.undone) return sendUnlessUndone(tx, offer, now);
  await changeOffer(tx, offer, {
    ...{ status: "failed", problem: found?.problem ?? notBooked },
    ...{ completedAt: now, unsettledSince: null },
  });
  return null;
}

const lost = "The platform's answer was lost: whether it is booked is being looked up.";
const notBooked = "The platform's answer was lost, and the payment is not booked there.";

function paymentOf(offer: OfferRow): PlatformPayment {
  const { documentExternalId, counterpartyExternalId, currency, paidOn, reference } = offer;
  return {
    externalId: offer.sendKey ?? offer.id,
    kind: offer.kind ?? "invoice",
    ...{ documentExternalId, counterpartyExternalId, currency, paidOn, reference },
    targetExternalId: offer.targetExternalId ?? "",
    amountMinor: offer.amountMinor,
  };
}

/** Takes over what the platform says: it has the payment, or has refused it, or has given up on it. */
function take(context: Context, offer: OfferRow, state: PushState): Promise<null> {
  return inTransaction(context, async (tx, now) => {
    const { externalKey, status } = state;
    const error = state.lineProblems.find(({ severity }) => severity === "error");
    const problem = state.problem ?? error?.message ?? null;
    if (status === "success" || status === "failed") {
      const completedAt = state.completedAt ?? now;
      await changeOffer(tx, offer, { status, problem, completedAt, externalKey });
      return null;
    }
    // One that it gave up on is asked about once more, and then looked for.
    const pending = { status: "pending", problem: null, completedAt: null } as const;
    await changeOffer(tx, offer, { ...pending, externalKey });
    await lookAtOfferLater(tx, offer, "pending", { now });
    return null;
  });
}

async function takeFailure(
  context: Context,
  { kind, offer }: Step,
  error: PlatformFailure,
): Promise<Outcome> {
  const { message, detail, outcomeUnknown, retryAt } = error;
  const failure = { offerId: offer.id, kind: error.kind, detail, outcomeUnknown };
  context.app.log.warn(failure, "a payment was not taken");
  const status = offer.status === "pending" ? "pending" : "sending";
  const accessMissing = error.kind === "user_action_needed";
  return inTransaction(context, async (tx, now) => {
    if (accessMissing) await requireReconnect(tx, context.connection, message);
    const isOpen = kind === "ask" || outcomeUnknown;
    const open = { completedAt: null, ...(!isOpen && { unsettledSince: null }) };
    if (isOpen || (error.kind === "temporary" && offer.looks < looksMax)) {
      const problem = status === "pending" ? null : isOpen ? lost : message;
      await changeOffer(tx, offer, { ...open, status, problem });
      await lookAtOfferLater(tx, offer, status, { now, notBefore: retryAt });
    } else if (accessMissing) {
      // It goes when access is there again.
      await changeOffer(tx, offer, { ...open, status: "offered", problem: message });
    } else {
      const failed = { status: "failed", problem: message, completedAt: now } as const;
      await changeOffer(tx, offer, { ...failed, unsettledSince: null });
    }
    if (accessMissing || retryAt !== null) return "stop";
    return error.kind === "temporary" ? "away" : "next";
  });
}

function inTransaction<Result>(
  { app, organisationId }: Context,
  act: (tx: TenantTransaction, now: Date) => Promise<Result>,
): Promise<Result> {
  return asOrganisation(app.database, organisationId, (tx) => act(tx, app.now()));
}
