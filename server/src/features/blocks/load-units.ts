import type { App } from "../../app.ts";
import { readUnitRows, type UnitRow } from "../../core/register-import.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import { newId } from "../../db/ids.ts";
import { type AuditRecord, recordAudits } from "../audit/record.ts";
import { Conflict, InvalidInput } from "../errors.ts";
import { type LoadedRows, previewRowsMax, type RowProblem } from "../loaded-rows.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { lockBlock } from "./block.ts";
import {
  type Leaseholder,
  type LeaseholderValues,
  leaseholderColumns,
  leaseholdersOfBlockMax,
  readLeaseholderInput,
} from "./leaseholder.ts";
import { readRegisterFile, told } from "./register-file.ts";
import { readUnitInput, type Unit, unitColumns, unitKey, unitsOfBlockMax } from "./unit.ts";

/**
 * Loads a block's units and leaseholders from a CSV file (see readUnitRows for its columns). A unit is known by its
 * number, a leaseholder by the unit and the name; what the file does not have stays as it is, and the same file again
 * changes nothing. A row that cannot be taken is a problem with its line, and the others are loaded. Counts are of units
 * and leaseholders.
 * @param request.dryRun says what it would do, and does nothing
 * @throws Forbidden, NotFound, Conflict when the block is archived
 */
export async function loadUnits(
  app: App,
  viewer: Viewer,
  request: { blockId: string; csv: string; dryRun: boolean },
): Promise<LoadedRows> {
  authorise(viewer, "open_items:manage");
  const { table, problems: unread } = readRegisterFile(request.csv);
  const read = table.length > 0 ? readUnitRows(table) : { rows: [], problems: [] };
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const block = await lockBlock(tx, request.blockId);
    if (block.archivedAt) throw new Conflict(`The block “${block.name}” is archived.`);
    const plan = new Plan(await lockRegister(tx, block.id), block.id);
    for (const row of read.rows) plan.take(row);
    if (!request.dryRun) await write(tx, viewer, plan, block.name, app.now());
    return {
      created: plan.newUnits.length + plan.newLeaseholders.length,
      updated: plan.changedUnits.size + plan.changedLeaseholders.size,
      unchanged: plan.unchanged,
      problems: told([...unread, ...read.problems, ...plan.problems]),
      preview: previewOf(read.rows),
    };
  });
}

function previewOf(rows: readonly UnitRow[]): string[][] {
  return [
    ["Unit", "Name of unit", "Leaseholder", "Surname", "E-mail", "Since"],
    ...rows
      .slice(0, previewRowsMax)
      .map(({ unit, unitName = "", leaseholder, surname = "", email = "", since }) => [
        ...[unit, unitName, leaseholder, surname, email],
        since ?? "",
      ]),
  ];
}

interface Register {
  readonly units: readonly Unit[];
  readonly leaseholders: readonly Leaseholder[];
}

/** In one order for everybody, so that two loads wait for each other and never in a circle. */
async function lockRegister(tx: TenantTransaction, blockId: string): Promise<Register> {
  const units = await tx.query<Unit>(
    `SELECT ${unitColumns} FROM unit WHERE block_id = $1 ORDER BY id FOR NO KEY UPDATE`,
    [blockId],
  );
  const leaseholders = await tx.query<Leaseholder>(
    `SELECT ${leaseholderColumns} FROM leaseholder WHERE block_id = $1 ORDER BY id FOR NO KEY UPDATE`,
    [blockId],
  );
  return { units, leaseholders };
}

/** What a file does to a block's register, row by row. */
class Plan {
  readonly newUnits: Unit[] = [];
  readonly changedUnits = new Map<string, Unit>();
  readonly newLeaseholders: Leaseholder[] = [];
  readonly changedLeaseholders = new Map<string, Leaseholder>();
  readonly problems: RowProblem[] = [];
  unchanged = 0;
  readonly #blockId: string;
  readonly #units: Map<string, Unit>;
  readonly #leaseholders: Map<string, Leaseholder>;
  /** Which row said something of a unit or leaseholder: the first counts. */
  readonly #said = new Map<string, number>();

  constructor({ units, leaseholders }: Register, blockId: string) {
    this.#blockId = blockId;
    this.#units = new Map(units.map((unit) => [unitKey(unit.number), unit]));
    this.#leaseholders = new Map(leaseholders.map((each) => [keyOf(each.unitId, each.name), each]));
  }

  take(row: UnitRow): void {
    try {
      const unit = this.#takeUnit(row);
      if (unit !== null && row.leaseholder !== "") this.#takeLeaseholder(row, unit);
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      this.#refuse(row, error.field, error.message);
    }
  }

  #takeUnit(row: UnitRow): Unit | null {
    const key = unitKey(row.unit);
    const before = this.#units.get(key);
    const name = row.unitName === undefined ? (before?.name ?? null) : row.unitName;
    const values = readUnitInput({ number: before?.number ?? row.unit, name });
    if (before?.archivedAt) {
      return this.#refuse(row, "unit", `The unit ${before.number} is archived: restore it.`);
    }
    // Read before anything of the row is taken: a row is taken as a whole.
    if (row.leaseholder !== "") valuesOf(row, null);
    if (before === undefined) {
      if (this.#units.size >= unitsOfBlockMax) {
        return this.#refuse(row, "unit", `A block has at most ${unitsOfBlockMax} units.`);
      }
      const unit = { id: newId(), blockId: this.#blockId, ...values, archivedAt: null };
      this.#units.set(key, unit);
      this.#said.set(key, row.row);
      this.newUnits.push(unit);
      return unit;
    }
    if (this.#said.has(key)) return before;
    this.#said.set(key, row.row);
    if (before.name === values.name) {
      this.unchanged += 1;
      return before;
    }
    const unit = { ...before, ...values };
    this.#units.set(key, unit);
    this.changedUnits.set(unit.id, unit);
    return unit;
  }

  #takeLeaseholder(row: UnitRow, unit: Unit): void {
    const before = this.#leaseholders.get(keyOf(unit.id, valuesOf(row, null).name));
    const values = valuesOf(row, before ?? null);
    const key = keyOf(unit.id, values.name);
    const earlier = this.#said.get(key);
    if (earlier !== undefined) {
      this.#refuse(
        row,
        "leaseholder",
        `The same leaseholder is in line ${earlier}, which was taken.`,
      );
      return;
    }
    this.#said.set(key, row.row);
    if (before === undefined) {
      if (this.#leaseholders.size >= leaseholdersOfBlockMax) {
        const message = `A block has at most ${leaseholdersOfBlockMax} leaseholders.`;
        this.#refuse(row, "leaseholder", message);
        return;
      }
      const ids = { id: newId(), blockId: this.#blockId, unitId: unit.id };
      const made = { ...ids, ...values, archivedAt: null };
      this.#leaseholders.set(key, made);
      this.newLeaseholders.push(made);
    } else if (before.archivedAt) {
      this.#refuse(row, "leaseholder", `${before.name} is archived: restore them.`);
    } else if (isSame(before, values)) {
      this.unchanged += 1;
    } else {
      this.changedLeaseholders.set(before.id, { ...before, ...values });
    }
  }

  #refuse({ row }: UnitRow, field: string | null, message: string): null {
    this.problems.push({ row, field, message });
    return null;
  }
}

/** What the file leaves unsaid stays as it is. @throws InvalidInput */
function valuesOf(row: UnitRow, before: Leaseholder | null): LeaseholderValues {
  return readLeaseholderInput({
    name: row.leaseholder,
    surname: row.surname || (before?.surname ?? null),
    email: row.email === undefined ? (before?.email ?? null) : row.email,
    since: row.since === undefined ? (before?.since ?? null) : row.since,
    until: before?.until ?? null,
  });
}

function isSame(a: LeaseholderValues, b: LeaseholderValues): boolean {
  return a.surname === b.surname && a.email === b.email && a.since === b.since;
}

function keyOf(unitId: string, name: string): string {
  return `${unitId} ${name}`;
}

async function write(
  tx: TenantTransaction,
  viewer: Viewer,
  plan: Plan,
  block: string,
  now: Date,
): Promise<void> {
  const units = [...plan.newUnits, ...plan.changedUnits.values()];
  await tx.query(
    `INSERT INTO unit (organisation_id, id, block_id, number, name, created_at)
     SELECT $1, u.*, $2 FROM unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[]) AS u
     ON CONFLICT (organisation_id, id) DO UPDATE SET name = excluded.name`,
    [
      ...[tx.organisationId, now, units.map(({ id }) => id), units.map(({ blockId }) => blockId)],
      ...[units.map(({ number }) => number), units.map(({ name }) => name)],
    ],
  );
  const people = [...plan.newLeaseholders, ...plan.changedLeaseholders.values()];
  await tx.query(
    `INSERT INTO leaseholder (organisation_id, id, block_id, unit_id, name, surname, email, since, created_at)
     SELECT $1, l.*, $2 FROM unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::date[]) AS l
     ON CONFLICT (organisation_id, id) DO UPDATE
       SET surname = excluded.surname, email = excluded.email, since = excluded.since`,
    [
      ...[tx.organisationId, now, people.map(({ id }) => id), people.map(({ blockId }) => blockId)],
      ...[people.map(({ unitId }) => unitId), people.map(({ name }) => name)],
      ...[people.map(({ surname }) => surname), people.map(({ email }) => email)],
      people.map(({ since }) => since),
    ],
  );
  await recordAudits(tx, viewer, [
    ...plan.newUnits.map((unit) => auditOfUnit("unit.created", unit, block)),
    ...[...plan.changedUnits.values()].map((unit) => auditOfUnit("unit.updated", unit, block)),
    ...plan.newLeaseholders.map((each) => auditOfLeaseholder("leaseholder.created", each, block)),
    ...[...plan.changedLeaseholders.values()].map((each) =>
      auditOfLeaseholder("leaseholder.updated", each, block),
    ),
  ]);
}

function auditOfUnit(action: string, { id, number }: Unit, block: string): AuditRecord {
  return { action, subjectKind: "unit", subjectId: id, detail: { number, block } };
}

function auditOfLeaseholder(action: string, { id, name }: Leaseholder, block: string): AuditRecord {
  return { action, subjectKind: "leaseholder", subjectId: id, detail: { name, block } };
}
