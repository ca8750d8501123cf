import {
  type DocumentDecision,
  type TakenValues,
  takeDocument,
} from "../../../core/accounting/take-document.ts";
import type { TenantTransaction } from "../../../db/as-organisation.ts";
import type { DocumentsPage, PlatformDocument } from "../../../platforms/platform.ts";
import type { AuditRecord } from "../../audit/record.ts";
import { recordAudits } from "../../audit/record.ts";
import { auditOfOpenItem } from "../../documents/audit-of-open-item.ts";
import { emitOpenItemsChanged } from "../../documents/emit-open-items-changed.ts";
import {
  insertOpenItems,
  lockSameOpenItems,
  updateOpenItems,
} from "../../documents/write-open-items.sql.ts";
import { jobViewer } from "../../viewer.ts";
import { offerEarlierPayments } from "../payments/offer-payments.ts";
import { adoptDocuments } from "./adopt-documents.sql.ts";
import {
  type DocumentRow,
  type KnownRow,
  readKnownDocuments,
  writeDocumentRows,
} from "./document-rows.sql.ts";

/**
 * Takes one page of documents over as open items. A document that cannot be taken says why in its own row, and the
 * others are taken.
 * @returns how many open items were made, changed or voided
 */
export async function takeDocuments(
  tx: TenantTransaction,
  connectionId: string,
  of: {
    kind: "invoice" | "expense";
    page: DocumentsPage;
    /** What is due there counts payments that were booked before. */
    countedUntil: Date;
    now: Date;
  },
): Promise<number> {
  const { kind, page, countedUntil, now } = of;
  const documents = lastOfEach(page.documents);
  const named = [...documents, ...page.problems];
  const externalIds = named.flatMap(({ externalId }) => externalId ?? []);
  await adoptDocuments(tx, connectionId, kind, externalIds);
  const known = await readKnownDocuments(tx, connectionId, { kind, externalIds, countedUntil });
  const taken = documents.map((document) => {
    const before = known.get(document.externalId) ?? unknown;
    return { document, before, decision: takeDocument(document, before) };
  });
  const viewer = jobViewer(tx.organisationId, "Tieout");
  const audits: AuditRecord[] = [];
  const changedIds: string[] = [];
  const rows: DocumentRow[] = [];
  const note = (id: string, action: string, values: TakenValues, more = {}) => {
    changedIds.push(id);
    audits.push(auditOfOpenItem(action, { id, kind, ...values }, more));
  };

  const fresh = taken.flatMap(({ document, decision }) =>
    decision.kind === "create" ? [{ document, values: decision.values }] : [],
  );
  const created = await create(tx, kind, fresh, now);
  for (const { document, values } of fresh) {
    const { itemId, problem, isNew } = created.get(document.externalId) ?? nothingMade;
    if (itemId !== null && isNew) note(itemId, "open_item.created", values);
    rows.push(rowOf(document, itemId, itemId === null ? null : values, problem));
  }
  const updates: (TakenValues & { id: string; kind: typeof kind })[] = [];
  const voids: string[] = [];
  for (const { document, before, decision } of taken) {
    if (decision.kind === "create") continue;
    const { itemId, item } = before;
    if (decision.kind === "update" && itemId !== null) {
      updates.push({ id: itemId, kind, ...decision.values });
      note(itemId, "open_item.updated", decision.values);
    }
    if (decision.kind === "void" && itemId !== null && item !== null) {
      voids.push(itemId);
      note(itemId, "open_item.voided", item, { reason: decision.reason });
    }
    // Never open since it is looked at: it is none of ours.
    if (before === unknown && problemOf(decision) === null) continue;
    rows.push(rowOf(document, itemId, takenAfter(before, decision), problemOf(decision)));
  }
  await updateOpenItems(tx, updates, now);
  await tx.query(
    `UPDATE open_item SET voided_at = $2, updated_at = $2
     WHERE id = ANY ($1::uuid[]) AND allocated_minor = 0 AND voided_at IS NULL`,
    [voids, now],
  );
  await writeDocumentRows(tx, connectionId, kind, rows, now);
  await writeDocumentRows(tx, connectionId, kind, unreadable(page, known), now);
  const recognised = [...created.values()].flatMap((made) =>
    made.isNew ? [] : (made.itemId ?? []),
  );
  await offerEarlierPayments(tx, recognised, now);
  await recordAudits(tx, viewer, audits);
  emitOpenItemsChanged(tx, changedIds);
  return changedIds.length;
}

const unknown: KnownRow = {
  ...{ itemId: null, item: null, taken: null },
  ...{ sentMinor: 0n, inFlightMinor: 0n },
};

/** A page that names a document twice means its later state. */
function lastOfEach(documents: readonly PlatformDocument[]): PlatformDocument[] {
  return [...new Map(documents.map((document) => [document.externalId, document])).values()];
}

interface Made {
  readonly itemId: string | null;
  readonly isNew: boolean;
  readonly problem: string | null;
}

const nothingMade: Made = { itemId: null, isNew: false, problem: "It could not be taken over." };

/** One that is here already by its number, entered by hand, is taken for the same document where the amounts agree. */
async function create(
  tx: TenantTransaction,
  kind: "invoice" | "expense",
  fresh: readonly { document: PlatformDocument; values: TakenValues }[],
  now: Date,
): Promise<ReadonlyMap<string, Made>> {
  const outcome = new Map<string, Made>();
  if (fresh.length === 0) return outcome;
  const first = new Map<string, string>();
  for (const { document, values } of fresh) {
    const key = keyOf(values);
    if (first.has(key)) {
      const problem = "Another document there has the same number and counterparty.";
      outcome.set(document.externalId, { itemId: null, isNew: false, problem });
    } else first.set(key, document.externalId);
  }
  const single = fresh.filter(({ document }) => !outcome.has(document.externalId));
  const values = single.map((one) => ({ kind, ...one.values }));
  const made = new Map(
    (await insertOpenItems(tx, values, now)).map((item) => [keyOf(item), item.id]),
  );
  const left = single.filter((one) => !made.has(keyOf(one.values)));
  const same = new Map(
    left.length === 0
      ? []
      : (
          await lockSameOpenItems(
            tx,
            left.map((one) => ({ kind, ...one.values })),
          )
        ).map((item) => [keyOf(item), item]),
  );
  const linked = await readLinked(
    tx,
    [...same.values()].map((item) => item.id),
  );
  for (const { document, values: wanted } of single) {
    const id = made.get(keyOf(wanted));
    if (id !== undefined) {
      outcome.set(document.externalId, { itemId: id, isNew: true, problem: null });
      continue;
    }
    const item = same.get(keyOf(wanted));
    if (item === undefined) continue;
    const agrees = item.currency === wanted.currency && item.amountMinor === wanted.amountMinor;
    const problem = linked.has(item.id)
      ? "Another document there has the same number and counterparty."
      : item.status === "void"
        ? "A document of this number is void here."
        : agrees
          ? null
          : "A document of this number is here with another amount.";
    const itemId = problem === null ? item.id : null;
    outcome.set(document.externalId, { itemId, isNew: false, problem });
  }
  return outcome;
}

async function readLinked(
  tx: TenantTransaction,
  itemIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await tx.query<{ id: string }>(
    "SELECT open_item_id AS id FROM accounting_document WHERE open_item_id = ANY ($1::uuid[])",
    [itemIds],
  );
  return new Set(rows.map((row) => row.id));
}

function keyOf({ number, counterpartyName }: Pick<TakenValues, "number" | "counterpartyName">) {
  return JSON.stringify([counterpartyName, number]);
}

function takenAfter(before: KnownRow, decision: DocumentDecision): TakenValues | null {
  if (decision.kind === "update") return decision.values;
  return before.taken;
}

function problemOf(decision: DocumentDecision): string | null {
  return decision.kind === "keep" || decision.kind === "update" ? decision.problem : null;
}

function rowOf(
  document: PlatformDocument,
  openItemId: string | null,
  taken: TakenValues | null,
  problem: string | null,
): DocumentRow {
  const { externalId, number, counterpartyExternalId, dueMinor, currency, state, modifiedAt } =
    document;
  return {
    ...{ externalId, openItemId, number, counterpartyExternalId, dueMinor, currency, state },
    ...{ modifiedAt, taken, problem },
  };
}

/** What the adapter could not make sense of is listed with the rest, as far as it has a name. */
function unreadable(
  { problems, documents }: DocumentsPage,
  known: ReadonlyMap<string, KnownRow>,
): DocumentRow[] {
  const readable = new Set(documents.map((document) => document.externalId));
  const named = new Map(problems.map((problem) => [problem.externalId, problem.message]));
  return [...named].flatMap(([externalId, problem]): DocumentRow[] => {
    if (externalId === null || readable.has(externalId)) return [];
    const { itemId: openItemId, taken } = known.get(externalId) ?? unknown;
    return [
      {
        ...{ externalId, openItemId, number: null, counterpartyExternalId: null, dueMinor: null },
        ...{ currency: null, state: "unreadable", modifiedAt: null, taken, problem },
      },
    ];
  });
}
