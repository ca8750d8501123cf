import type { App } from "../../app.ts";
import { assert } from "../../core/assert.ts";
import { type CurrencyCode, isCurrencyCode } from "../../core/currencies.ts";
import { formatDecimal, money } from "../../core/money.ts";
import { type DemandRow, readDemandRows } from "../../core/register-import.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import { newId } from "../../db/ids.ts";
import { recordAudits } from "../audit/record.ts";
import { lockBlock } from "../blocks/block.ts";
import { type Leaseholder, leaseholderColumns } from "../blocks/leaseholder.ts";
import { readRegisterFile, told } from "../blocks/register-file.ts";
import { tidy, type Unit, unitColumns, unitKey } from "../blocks/unit.ts";
import { Conflict } from "../errors.ts";
import { type LoadedRows, previewRowsMax, type RowProblem } from "../loaded-rows.ts";
import { enqueueMatching } from "../reconciliation/enqueue-matching.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { auditOfOpenItem } from "./audit-of-open-item.ts";
import { emitOpenItemsChanged } from "./emit-open-items-changed.ts";
import { type OpenItem, openItemColumns } from "./open-item.ts";
import { readOpenItemInput } from "./open-item-input.ts";
import { type DemandToWrite, insertDemands, updateDemands } from "./write-demands.sql.ts";

/**
 * Loads a block's demands from a CSV file (see readDemandRows for its columns). A demand is known by its leaseholder and
 * number; one that the file does not have stays as it is, and the same file again changes nothing. A row that cannot be
 * taken is a problem with its line, and the others are loaded.
 * @param request.dryRun says what it would do, and does nothing
 * @throws Forbidden, NotFound, Conflict when the block is archived or somebody else loads the same demands
 */
export async function loadDemands(
  app: App,
  viewer: Viewer,
  request: { blockId: string; csv: string; dryRun: boolean },
): Promise<LoadedRows> {
  authorise(viewer, "open_items:manage");
  const { table, problems: unread } = readRegisterFile(request.csv);
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const block = await lockBlock(tx, request.blockId);
    if (block.archivedAt) throw new Conflict(`The block “${block.name}” is archived.`);
    const currency = await baseCurrency(tx);
    const read = table.length > 0 ? readDemandRows(table, currency) : { rows: [], problems: [] };
    const plan = await planRows(tx, block.id, read.rows);
    if (!request.dryRun) await write(tx, viewer, plan, app.now());
    return {
      created: plan.created.length,
      updated: plan.updated.length,
      unchanged: plan.unchanged,
      problems: told([...unread, ...read.problems, ...plan.problems]),
      preview: previewOf(read.rows),
    };
  });
}

function previewOf(rows: readonly DemandRow[]): string[][] {
  return [
    ["Number", "Unit", "Leaseholder", "Issued", "Due", "Amount", "Currency", "Description"],
    ...rows
      .slice(0, previewRowsMax)
      .map((row) => [
        ...[row.number, row.unit, row.leaseholder, row.issuedOn, row.dueOn ?? ""],
        ...[formatDecimal(money(row.amountMinor, row.currency)), row.currency],
        row.description ?? "",
      ]),
  ];
}

async function baseCurrency(tx: TenantTransaction): Promise<CurrencyCode> {
  const [own] = await tx.query<{ currency: string }>(
    "SELECT trim(base_currency) AS currency FROM organisation WHERE id = $1",
    [tx.organisationId],
  );
  const currency = own?.currency ?? "";
  assert(isCurrencyCode(currency), "an organisation has a currency");
  return currency;
}

interface Plan {
  readonly created: DemandToWrite[];
  readonly updated: (DemandToWrite & { readonly before: OpenItem })[];
  readonly problems: RowProblem[];
  unchanged: number;
}

async function planRows(
  tx: TenantTransaction,
  blockId: string,
  rows: readonly DemandRow[],
): Promise<Plan> {
  const plan: Plan = { created: [], updated: [], problems: [], unchanged: 0 };
  const findHolder = await holders(tx, blockId);
  const found = rows.flatMap((row) => {
    const place = findHolder(row);
    if (!("message" in place)) return [{ row, ...place }];
    plan.problems.push({ row: row.row, field: place.field, message: place.message });
    return [];
  });
  const existing = await lockDemands(
    tx,
    found.map(({ row, leaseholder }) => ({ number: row.number, leaseholder })),
  );
  const taken = new Map<string, number>();
  for (const each of found) placeRow(plan, each, existing, taken);
  return plan;
}

interface Place {
  readonly unit: Unit;
  readonly leaseholder: Leaseholder;
}

/** Finds a row's unit and leaseholder among those of the block, who cannot change until the transaction ends. */
async function holders(
  tx: TenantTransaction,
  blockId: string,
): Promise<(row: DemandRow) => Place | { readonly field: string; readonly message: string }> {
  const units = await tx.query<Unit>(
    `SELECT ${unitColumns} FROM unit WHERE block_id = $1 ORDER BY id FOR SHARE`,
    [blockId],
  );
  const leaseholders = await tx.query<Leaseholder>(
    `SELECT ${leaseholderColumns} FROM leaseholder WHERE block_id = $1 ORDER BY id FOR SHARE`,
    [blockId],
  );
  const byNumber = new Map(units.map((unit) => [unitKey(unit.number), unit]));
  const byUnit = new Map<string, Leaseholder[]>(units.map(({ id }) => [id, []]));
  for (const each of leaseholders) byUnit.get(each.unitId)?.push(each);
  return (row) => {
    const unit = byNumber.get(unitKey(row.unit));
    if (unit === undefined) {
      return { field: "unit", message: `The block has no unit ${row.unit.slice(0, 40)}.` };
    }
    if (unit.archivedAt) return { field: "unit", message: `The unit ${unit.number} is archived.` };
    const all = byUnit.get(unit.id) ?? [];
    const wanted = tidy(row.leaseholder).toLowerCase();
    const fitting = all.filter(
      ({ name, archivedAt }) =>
        archivedAt === null && (wanted === "" || name.toLowerCase() === wanted),
    );
    const [leaseholder] = fitting;
    if (leaseholder !== undefined && fitting.length === 1) return { unit, leaseholder };
    const message = leaseholder
      ? `The unit ${unit.number} has ${fitting.length} leaseholders: say which.`
      : wanted === ""
        ? `The unit ${unit.number} has no leaseholder.`
        : `The unit ${unit.number} has no leaseholder ${row.leaseholder.slice(0, 40)} in use.`;
    return { field: "leaseholder", message };
  };
}

/** Demands to these leaseholders with these numbers, and those that would clash with them by name, locked in id order. */
async function lockDemands(
  tx: TenantTransaction,
  keys: readonly { readonly number: string; readonly leaseholder: Leaseholder }[],
): Promise<Map<string, OpenItem>> {
  const rows = await tx.query<OpenItem>(
    `SELECT ${openItemColumns} FROM open_item
     WHERE kind = 'demand' AND (
       id IN (SELECT o.id FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS k (unit_id, leaseholder_id, number)
         CROSS JOIN LATERAL (SELECT id FROM open_item o WHERE o.unit_id = k.unit_id
           AND o.leaseholder_id = k.leaseholder_id AND o.number = k.number OFFSET 0) o)
       OR id IN (SELECT o.id FROM unnest($4::text[], $3::text[]) AS k (name, number)
         CROSS JOIN LATERAL (SELECT id FROM open_item o WHERE o.kind = 'demand'
           AND o.counterparty_name = k.name AND o.number = k.number LIMIT 1) o))
     ORDER BY id FOR UPDATE`,
    [
      keys.map(({ leaseholder }) => leaseholder.unitId),
      keys.map(({ leaseholder }) => leaseholder.id),
      keys.map(({ number }) => number),
      keys.map(({ leaseholder }) => leaseholder.name),
    ],
  );
  const found = new Map<string, OpenItem>();
  for (const item of rows) {
    found.set(nameKey(item.counterpartyName, item.number), item);
    found.set(holderKey(item.leaseholderId ?? "", item.number), item);
  }
  return found;
}

function nameKey(name: string, number: string): string {
  return `name ${number} ${name}`;
}

function holderKey(leaseholderId: string, number: string): string {
  return `${leaseholderId} ${number}`;
}

function placeRow(
  plan: Plan,
  { row, unit, leaseholder }: Place & { readonly row: DemandRow },
  existing: ReadonlyMap<string, OpenItem>,
  taken: Map<string, number>,
): void {
  const refuse = (field: string, message: string) => {
    plan.problems.push({ row: row.row, field, message });
  };
  const before = existing.get(holderKey(leaseholder.id, row.number));
  const { amountMinor, currency } = row;
  const read = readOpenItemInput({
    kind: "demand",
    number: row.number,
    // The name that it was raised to stays, whatever they are called now.
    counterpartyName: before?.counterpartyName ?? leaseholder.name,
    issuedOn: row.issuedOn,
    dueOn: row.dueOn === undefined ? (before?.dueOn ?? null) : row.dueOn,
    amount: { amount: formatDecimal(money(amountMinor, currency)), currency },
    description: row.description === undefined ? (before?.description ?? null) : row.description,
  });
  if (!read.ok) {
    refuse(read.problem.field, read.problem.message);
    return;
  }
  const values = read.value;
  const key = nameKey(values.counterpartyName, values.number);
  const earlier = taken.get(key);
  if (earlier !== undefined) {
    refuse("number", `It is the same demand as in line ${earlier}, which was taken.`);
    return;
  }
  taken.set(key, row.row);
  const place = { blockId: unit.blockId, unitId: unit.id, leaseholderId: leaseholder.id };
  if (before === undefined) {
    if (existing.has(key)) {
      const message = `Another leaseholder called ${leaseholder.name} has a demand ${row.number} already.`;
      refuse("number", message);
      return;
    }
    plan.created.push({ id: newId(), ...values, ...place });
    return;
  }
  const refused = whyNotChanged(before, values);
  if (refused === "same") plan.unchanged += 1;
  else if (refused !== null) refuse(refused.field, refused.message);
  else plan.updated.push({ id: before.id, ...values, ...place, before });
}

function whyNotChanged(
  before: OpenItem,
  values: Pick<OpenItem, "issuedOn" | "dueOn" | "currency" | "amountMinor" | "description">,
): "same" | { readonly field: string; readonly message: string } | null {
  if (before.status === "void") return { field: "number", message: "This demand is void." };
  if (
    values.issuedOn === before.issuedOn &&
    values.dueOn === before.dueOn &&
    values.currency === before.currency &&
    values.amountMinor === before.amountMinor &&
    values.description === before.description
  ) {
    return "same";
  }
  if (before.allocatedMinor === 0n) return null;
  const settled = `${formatDecimal(money(before.allocatedMinor, before.currency))} ${before.currency}`;
  if (values.currency !== before.currency) {
    return {
      field: "currency",
      message: `${settled} of it is settled: its currency cannot change.`,
    };
  }
  return values.amountMinor < before.allocatedMinor
    ? { field: "amount", message: `${settled} of it is settled: its amount cannot be less.` }
    : null;
}

async function write(tx: TenantTransaction, viewer: Viewer, plan: Plan, now: Date): Promise<void> {
  const made = await insertDemands(tx, plan.created, now);
  if (made !== plan.created.length) {
    throw new Conflict("Somebody else is raising the same demands: load the file again.");
  }
  await updateDemands(tx, plan.updated, now);
  await recordAudits(tx, viewer, [
    ...plan.created.map((item) => auditOfOpenItem("open_item.created", item)),
    ...plan.updated.map(({ before, ...item }) =>
      auditOfOpenItem("open_item.updated", item, {
        amountBefore: formatDecimal(money(before.amountMinor, before.currency)),
      }),
    ),
  ]);
  const changed = [...plan.created, ...plan.updated].map(({ id }) => id);
  if (changed.length === 0) return;
  emitOpenItemsChanged(tx, changed);
  await enqueueMatching(tx);
}
