/** Builders of blocks and of imports as the jobs would leave them, for tests that begin behind these. */
import type { App } from "../../server/src/app.ts";
import { localDate } from "../../server/src/core/dates.ts";
import { asOrganisation } from "../../server/src/db/as-organisation.ts";
import { toDateColumn } from "../../server/src/db/dates.ts";
import { newId } from "../../server/src/db/ids.ts";
import type { Prisma } from "../../server/src/generated/prisma/client.ts";

/** @returns its id */
export function addBlock(
  app: App,
  organisationId: string,
  values: Partial<Prisma.BlockUncheckedCreateInput> = {},
): Promise<string> {
  const id = newId();
  return asOrganisation(app.database, organisationId, async (tx) => {
    await tx.prisma.block.create({
      data: { id, organisationId, name: `Block ${id}`, createdAt: app.now(), ...values },
    });
    return values.id ?? id;
  });
}

type Part<Input> = Partial<Omit<Input, "organisationId" | "batchId">>;

export interface WorldImport {
  readonly values?: Partial<Prisma.ImportBatchUncheckedCreateInput>;
  readonly statements?: readonly Part<Prisma.ImportStatementUncheckedCreateInput>[];
  readonly problems?: readonly Part<Prisma.ImportProblemUncheckedCreateInput>[];
  readonly stagedLines?: readonly Part<Prisma.StagedLineUncheckedCreateInput>[];
  readonly recognisedLines?: readonly (Part<Prisma.RecognisedLineUncheckedCreateInput> & {
    accountId: string;
    transactionId: string;
  })[];
  /** The file's bytes; without them it has none. */
  readonly file?: string;
  /** Bank transactions that it added. */
  readonly added?: readonly string[];
}

/** An import of a BAI2 file that waits for a person's word unless told otherwise. @returns its id */
export function addImport(
  app: App,
  organisationId: string,
  given: WorldImport = {},
): Promise<string> {
  const batchId = given.values?.id ?? newId();
  const own = { organisationId, batchId };
  return asOrganisation(app.database, organisationId, async ({ prisma, query }) => {
    await prisma.importBatch.create({
      data: {
        id: batchId,
        organisationId,
        fileName: "november.bai",
        format: "bai2",
        status: "pending",
        createdBy: "Tess Tester",
        createdAt: app.now(),
        ...given.values,
      },
    });
    if (given.file !== undefined) {
      const bytes = new TextEncoder().encode(given.file);
      await prisma.importFilePart.create({ data: { ...own, position: 0, bytes } });
    }
    await prisma.importStatement.createMany({
      data: (given.statements ?? []).map((statement, position) => ({
        ...own,
        position,
        row: 1,
        ...statement,
      })),
    });
    await prisma.importProblem.createMany({
      data: (given.problems ?? []).map((problem, position) => ({
        ...own,
        position,
        row: position + 1,
        code: "bad_date",
        text: "31/02/2026",
        message: "There is no such day.",
        loss: "line",
        ...problem,
      })),
    });
    await prisma.stagedLine.createMany({
      data: (given.stagedLines ?? []).map((line, position) => ({
        ...own,
        ...lineAt(position),
        id: newId(),
        statement: 0,
        ...line,
      })),
    });
    await prisma.recognisedLine.createMany({
      data: (given.recognisedLines ?? []).map((line, position) => ({
        ...own,
        ...lineAt(position),
        how: "same_day",
        recognisedAt: app.now(),
        ...line,
      })),
    });
    for (const [position, id] of (given.added ?? []).entries()) {
      await query(
        `UPDATE bank_transaction SET import_batch_id = $2, import_position = $3, import_row = $4 WHERE id = $1`,
        [id, batchId, position, position + 2],
      );
    }
    return batchId;
  });
}

function lineAt(position: number) {
  return {
    position,
    row: position + 2,
    identity: `b20261116${"x".repeat(22)}.${position}`,
    bookedOn: toDateColumn(localDate("2026-11-16")),
    amountMinor: 10_000n,
    description: "PAYMENT RECEIVED",
  };
}
