import type { App } from "../../../server/src/app.ts";
import { type LocalDate, localDate } from "../../../server/src/core/dates.ts";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { toDateColumn } from "../../../server/src/db/dates.ts";
import { newId } from "../../../server/src/db/ids.ts";
import { createIdentities } from "../../../server/src/features/statements/identity.ts";
import type { Prisma } from "../../../server/src/generated/prisma/client.ts";

export interface FileLine {
  readonly bookedOn: LocalDate;
  readonly amountMinor: bigint;
  readonly description: string;
  readonly reference: string | null;
}

export const fileLine = (values: Partial<FileLine> = {}): FileLine => ({
  bookedOn: localDate("2026-11-03"),
  amountMinor: -350n,
  description: "CARD COPPER KETTLE",
  reference: null,
  ...values,
});

/** An import whose file was read and confirmed: what the writing job begins with. @returns its id */
export async function stageFile(
  app: App,
  organisationId: string,
  accountId: string,
  lines: readonly FileLine[],
  values: Partial<Prisma.ImportBatchUncheckedCreateInput> = {},
  statement: Partial<Prisma.ImportStatementUncheckedCreateInput> = {},
): Promise<string> {
  const id = newId();
  const identities = createIdentities("c");
  return asOrganisation(app.database, organisationId, async (tx) => {
    await tx.prisma.importBatch.create({
      data: {
        ...{ id, organisationId, fileName: "statement.csv", format: "csv", vocabulary: "csv one" },
        ...{ step: "writing", createdBy: "Ada", lines: lines.length, createdAt: app.now() },
        ...values,
      },
    });
    const days = lines.map(({ bookedOn }) => bookedOn).sort();
    await tx.prisma.importStatement.create({
      data: {
        ...{ organisationId, batchId: id, position: 0, row: 1, accountId, lines: lines.length },
        firstOn: days[0] === undefined ? null : toDateColumn(days[0]),
        lastOn: days[0] === undefined ? null : toDateColumn(days[days.length - 1] ?? days[0]),
        ...statement,
      },
    });
    const rows = lines.map((line, position) => ({
      ...{ organisationId, batchId: id, position, statement: 0, row: position + 2, id: newId() },
      identity: identities.identify(0, { ...line, counterpartyName: null, fileId: null }),
      bookedOn: line.bookedOn,
      amountMinor: line.amountMinor.toString(),
      description: line.description,
      reference: line.reference,
    }));
    await tx.query(
      `INSERT INTO staged_line (organisation_id, batch_id, "position", statement, "row", id, identity, booked_on,
         amount_minor, description, reference)
       SELECT "organisationId", "batchId", "position", statement, "row", id, identity, "bookedOn", "amountMinor",
         description, reference
       FROM jsonb_to_recordset($1::jsonb) AS r ("organisationId" uuid, "batchId" uuid, "position" int, statement int,
         "row" int, id uuid, identity text, "bookedOn" date, "amountMinor" bigint, description text, reference text)`,
      [JSON.stringify(rows)],
    );
    return id;
  });
}
