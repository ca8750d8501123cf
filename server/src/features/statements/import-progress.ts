import type { ImportBatch } from "../../generated/prisma/client.ts";

type Counted = Pick<
  ImportBatch,
  "status" | "step" | "bytesRead" | "fileBytes" | "rowsWritten" | "lines" | "recognised"
>;

/** How much of the step that an import is in is done, 0 to 1; null while nothing is being done. */
export function importProgress(batch: Counted): number | null {
  if (batch.status !== "processing") return null;
  const [done, all] =
    batch.step === "writing"
      ? [batch.rowsWritten, batch.lines - batch.recognised]
      : [Number(batch.bytesRead), Number(batch.fileBytes)];
  return all <= 0 ? 0 : Math.min(1, done / all);
}

/** How many lines an import that is not written yet would add. */
export function linesToAdd({ status, lines, recognised }: Counted): number {
  const isOpen = status === "pending" || status === "processing";
  return isOpen ? Math.max(0, lines - recognised) : 0;
}
