import type { FileEntryWithStats, SFTPWrapper } from "ssh2";
import { addAll } from "../../core/lists.ts";

const entriesMax = 20_000;
const endOfFolder = 1;

export type Settle<Value> = (error: Error | null | undefined, value: Value) => void;

/**
 * A file of a server that may say anything: no more is taken than is wanted, whatever size it tells. ssh2's
 * own way makes room for as much as the server says at once.
 */
export function readBounded(
  sftp: SFTPWrapper,
  file: string,
  bytesMax: number,
  settle: Settle<Buffer>,
): void {
  const chunks: Buffer[] = [];
  let size = 0;
  const stream = sftp.createReadStream(file);
  stream.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size <= bytesMax) chunks.push(chunk);
    else stream.destroy(Object.assign(new Error("too large"), { code: "TOO_LARGE" }));
  });
  stream.once("error", (error: Error) => settle(error, Buffer.alloc(0)));
  stream.once("end", () => settle(null, Buffer.concat(chunks)));
}

/** A folder's entries, up to a number of them: what comes after is not asked for. */
export function listBounded(
  sftp: SFTPWrapper,
  folder: string,
  settle: Settle<FileEntryWithStats[]>,
): void {
  const entries: FileEntryWithStats[] = [];
  sftp.opendir(folder, (refused, handle) => {
    if (refused) return settle(refused, []);
    const end = (error: Error | null) => {
      sftp.close(handle, () => {});
      settle(error, entries);
    };
    const readOn = () =>
      sftp.readdir(handle, (error, more) => {
        if (error) {
          const ended = (error as { code?: unknown }).code === endOfFolder;
          return end(ended ? null : error);
        }
        addAll(entries, more.slice(0, entriesMax - entries.length));
        if (more.length === 0 || entries.length >= entriesMax) end(null);
        else readOn();
      });
    readOn();
  });
}
