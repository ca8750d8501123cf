import type { App } from "../../app.ts";
import { addAll } from "../../core/lists.ts";
import { formatDecimal, money } from "../../core/money.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import { recordAudits } from "../audit/record.ts";
import { InvalidInput } from "../errors.ts";
import { enqueueMatching } from "../reconciliation/enqueue-matching.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { auditOfOpenItem } from "./audit-of-open-item.ts";
import { demandsApart } from "./create-open-item.ts";
import { emitOpenItemsChanged } from "./emit-open-items-changed.ts";
import type { OpenItem } from "./open-item.ts";
import { type OpenItemInput, type OpenItemValues, readOpenItemInput } from "./open-item-input.ts";
import { insertOpenItems, lockSameOpenItems, updateOpenItems } from "./write-open-items.sql.ts";

/** The most open items that are loaded in one go. */
export const loadedMax = 5_000;

export interface LoadProblem {
  /** The place in the list, from 1. */
  readonly row: number;
  readonly field: string | null;
  readonly message: string;
}

export interface LoadOutcome {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly problems: readonly LoadProblem[];
}

/**
 * Loads a list of invoices and expenses: what is new is made, what is there by kind, counterparty and number is brought
 * up to date, so that loading the same list again changes nothing. A row that cannot be taken is a problem
 * with its number, and the others are loaded. One database transaction.
 * @throws Forbidden, InvalidInput for an empty or too long list
 */
export async function loadOpenItems(
  app: App,
  viewer: Viewer,
  inputs: readonly OpenItemInput[],
): Promise<LoadOutcome> {
  authorise(viewer, "open_items:manage");
  if (inputs.length === 0 || inputs.length > loadedMax) {
    throw new InvalidInput(`Load 1 to ${loadedMax} items at a time.`, "items");
  }
  const { rows, problems } = readRows(inputs);
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const plan = await writeRows(tx, rows, app.now());
    await recordAudits(tx, viewer, [
      ...plan.updated.map(({ values, before }) =>
        auditOfOpenItem(
          "open_item.updated",
          { ...before, ...values },
          { amountBefore: formatDecimal(money(before.amountMinor, before.currency)) },
        ),
      ),
      ...plan.created.map((item) => auditOfOpenItem("open_item.created", item)),
    ]);
    const changed = [...plan.created, ...plan.updated.map(({ before }) => before)];
    emitOpenItemsChanged(
      tx,
      changed.map((item) => item.id),
    );
    if (changed.length > 0) await enqueueMatching(tx);
    return {
      created: plan.created.length,
      updated: plan.updated.length,
      unchanged: plan.unchanged,
      problems: [...problems, ...plan.problems].sort((a, b) => a.row - b.row),
    };
  });
}

interface Row {
  readonly row: number;
  readonly values: OpenItemValues;
}

function readRows(inputs: readonly OpenItemInput[]): { rows: Row[]; problems: LoadProblem[] } {
  const rows = new Map<string, Row>();
  const problems: LoadProblem[] = [];
  for (const [index, input] of inputs.entries()) {
    const row = index + 1;
    if (input.kind === "demand") {
      problems.push({ row, field: "kind", message: demandsApart });
      continue;
    }
    const read = readOpenItemInput(input);
    if (!read.ok) {
      problems.push({ row, ...read.problem });
      continue;
    }
    const key = keyOf(read.value);
    const earlier = rows.get(key);
    if (earlier) {
      const message = `It is the same document as in row ${earlier.row}, which was taken.`;
      problems.push({ row, field: "number", message });
    } else {
      rows.set(key, { row, values: read.value });
    }
  }
  // In one order for everybody, so that two loads of the same documents wait for each other and never in a circle.
  const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  return { rows: sorted, problems };
}

interface Plan {
  readonly created: (OpenItemValues & { id: string })[];
  readonly updated: { values: OpenItemValues; before: OpenItem }[];
  readonly problems: LoadProblem[];
  unchanged: number;
}

/** Somebody else may add the same document between looking and adding: then one looks again. */
const attemptsMax = 3;

async function writeRows(tx: TenantTransaction, rows: readonly Row[], now: Date): Promise<Plan> {
  const plan: Plan = { created: [], updated: [], problems: [], unchanged: 0 };
  let waiting = rows;
  for (let attempt = 1; waiting.length > 0; attempt++) {
    const existing = new Map(
      (
        await lockSameOpenItems(
          tx,
          waiting.map(({ values }) => values),
        )
      ).map((item) => [keyOf(item), item]),
    );
    const fresh = waiting.filter(({ values }) => !existing.has(keyOf(values)));
    for (const row of waiting) {
      const before = existing.get(keyOf(row.values));
      if (before) place(plan, row, before);
    }
    const made = await insertOpenItems(
      tx,
      fresh.map(({ values }) => values),
      now,
    );
    addAll(plan.created, made);
    const madeKeys = new Set(made.map(keyOf));
    waiting = fresh.filter(({ values }) => !madeKeys.has(keyOf(values)));
    if (attempt === attemptsMax && waiting.length > 0) {
      const message = "It is being changed by somebody else: load it again.";
      for (const { row } of waiting) plan.problems.push({ row, field: null, message });
      break;
    }
  }
  await updateOpenItems(
    tx,
    plan.updated.map(({ values, before }) => ({ id: before.id, ...values })),
    now,
  );
  return plan;
}

function place(plan: Plan, { row, values }: Row, before: OpenItem): void {
  if (before.status === "void") {
    plan.problems.push({ row, field: "number", message: "This document is void." });
  } else if (isSame(values, before)) {
    plan.unchanged += 1;
  } else if (before.standaloneOf !== null) {
    const message = "It was made from a bank transaction and stays as that is.";
    plan.problems.push({ row, field: "number", message });
  } else if (before.allocatedMinor > 0n && values.currency !== before.currency) {
    const message = "Something of it is settled: its currency cannot change.";
    plan.problems.push({ row, field: "amount.currency", message });
  } else if (values.amountMinor < before.allocatedMinor) {
    const settled = formatDecimal(money(before.allocatedMinor, before.currency));
    const message = `${settled} ${before.currency} of it is settled: its amount cannot be less.`;
    plan.problems.push({ row, field: "amount", message });
  } else {
    plan.updated.push({ values, before });
  }
}

function isSame(values: OpenItemValues, item: OpenItem): boolean {
  return (
    values.issuedOn === item.issuedOn &&
    values.dueOn === item.dueOn &&
    values.currency === item.currency &&
    values.amountMinor === item.amountMinor &&
    values.description === item.description
  );
}

function keyOf(item: Pick<OpenItemValues, "kind" | "counterpartyName" | "number">): string {
  return JSON.stringify([item.kind, item.counterpartyName, item.number]);
}
