import type { App } from "../../server/src/app.ts";
import { asOrganisation } from "../../server/src/db/as-organisation.ts";
import { batchNow } from "../../server/src/features/statements/import-batch.ts";
import { receiveStatementFile } from "../../server/src/features/statements/receive-file.ts";
import type { Viewer } from "../../server/src/features/viewer.ts";
import type { ImportBatch } from "../../server/src/generated/prisma/client.ts";
import { runJobs } from "./queue.ts";

export interface BroughtFile {
  readonly text: string | Uint8Array;
  readonly fileName?: string;
  readonly accountId?: string | null;
  readonly layout?: unknown;
  /** True by default: written without another word where nothing is to be decided. */
  readonly importWhenRead?: boolean;
}

/** Brings a file in as a person does, and works the queue until it is idle. @returns the import as it is then */
export async function bringInFile(
  app: App,
  viewer: Viewer,
  file: BroughtFile,
): Promise<ImportBatch> {
  const bytes = typeof file.text === "string" ? new TextEncoder().encode(file.text) : file.text;
  const batch = await receiveStatementFile(
    app,
    viewer,
    {
      fileName: file.fileName ?? "statement.csv",
      accountId: file.accountId ?? null,
      layout: file.layout ?? null,
      importWhenRead: file.importWhenRead ?? true,
      dryRun: false,
    },
    inParts(bytes),
  );
  await runJobs(app);
  return importNow(app, viewer, batch.id);
}

export function importNow(app: App, viewer: Viewer, id: string): Promise<ImportBatch> {
  return asOrganisation(app.database, viewer.organisationId, (tx) => batchNow(tx, id));
}

/** What counts of an account's books, in an order that does not depend on how they came. */
export async function linesOf(
  app: App,
  { organisationId }: Viewer,
  accountId: string,
): Promise<string[]> {
  const rows = await asOrganisation(app.database, organisationId, (tx) =>
    tx.query<{ line: string }>(
      `SELECT concat_ws('|', booked_on, amount_minor, description, counterparty_name, reference) AS line
       FROM bank_transaction WHERE organisation_id = $1 AND account_id = $2 AND removed_at IS NULL
       ORDER BY 1`,
      [organisationId, accountId],
    ),
  );
  return rows.map(({ line }) => line);
}

/** In parts that end anywhere, as they come over a network. */
async function* inParts(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  const partBytes = 1_000;
  for (let at = 0; at < bytes.length; at += partBytes) yield bytes.subarray(at, at + partBytes);
}
