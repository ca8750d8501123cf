import { createHash } from "node:crypto";
import type { App } from "../../../app.ts";
import { createInspection } from "../../../core/statements/inspect.ts";
import { fileBytesMax, type StatementFormat } from "../../../core/statements/statement.ts";
import { asOrganisation } from "../../../db/as-organisation.ts";
import { FileRefused } from "../../errors.ts";

/** What one database row of a file holds, and what an upload holds in memory. */
export const partBytes = 1_048_576;

export interface StoredFile {
  readonly bytes: number;
  /** SHA-256 */
  readonly digest: Buffer;
  readonly format: StatementFormat;
  readonly encoding: string;
}

/**
 * Writes a file into its import's parts while it comes in, and finds out on the way what it is. Each part is a short
 * transaction of its own: a slow client holds none open.
 *
 * @throws FileRefused; whatever the source throws is `broken_off`
 */
export async function storeParts(
  app: App,
  batch: { readonly organisationId: string; readonly id: string },
  source: AsyncIterable<Uint8Array>,
): Promise<StoredFile> {
  const hash = createHash("sha256");
  const inspection = createInspection();
  let bytes = 0;
  let position = 0;
  let part = Buffer.allocUnsafe(partBytes);
  let filled = 0;
  const flush = async () => {
    await insertPart(app, batch, position, part.subarray(0, filled));
    position += 1;
    part = Buffer.allocUnsafe(partBytes);
    filled = 0;
  };
  for await (const chunk of breakingOff(source)) {
    bytes += chunk.length;
    if (bytes > fileBytesMax) throw tooLarge();
    const refusal = inspection.write(chunk);
    if (refusal !== null) throw new FileRefused(refusal.code, refusal.message);
    hash.update(chunk);
    for (let at = 0; at < chunk.length; ) {
      const taken = Math.min(partBytes - filled, chunk.length - at);
      part.set(chunk.subarray(at, at + taken), filled);
      filled += taken;
      at += taken;
      if (filled === partBytes) await flush();
    }
  }
  const found = inspection.end();
  if (found.kind === "refused") throw new FileRefused(found.code, found.message);
  if (filled > 0) await flush();
  return { bytes, digest: hash.digest(), format: found.format, encoding: found.encoding };
}

export function tooLarge(): FileRefused {
  const message = `The file is larger than ${fileBytesMax / 1_048_576} MiB, the most that is taken.`;
  return new FileRefused("too_large", message);
}

/** The source's own failure is the client's: it went away, or what it sent is no upload. */
async function* breakingOff(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await chunks.next().catch((error: unknown) => {
        if (error instanceof FileRefused) throw error;
        throw new FileRefused("broken_off", "The upload was broken off.");
      });
      if (next.done) return;
      yield next.value;
    }
  } finally {
    await chunks.return?.().catch(() => {});
  }
}

async function insertPart(
  app: App,
  batch: { readonly organisationId: string; readonly id: string },
  position: number,
  bytes: Buffer,
): Promise<void> {
  await asOrganisation(app.database, batch.organisationId, (tx) =>
    tx.query(
      `INSERT INTO import_file_part (organisation_id, batch_id, "position", bytes)
       VALUES ($1, $2, $3, $4)`,
      [batch.organisationId, batch.id, position, bytes],
      "insert_file_part",
    ),
  );
}
