/** Where files for accounting packages without an API may be written. */
import path from "node:path";
import { z } from "zod";

export type AccountingFilesConfig = {
  /** An absolute path; each connection has a folder of its own below it. Null: folders are not offered. */
  folder: string | null;
  /** Private hosts that SFTP targets may be at, "host" or "host:port". */
  privateHosts: string[];
};

const hosts = z
  .string()
  .default("")
  .transform((text) =>
    text
      .split(",")
      .map((entry) => entry.trim().toLowerCase())
      .filter((entry) => entry !== ""),
  );

export const accountingFilesSettings = {
  ACCOUNTING_FILES_FOLDER: z
    .string()
    .refine((given) => path.isAbsolute(given), "must be an absolute path")
    .optional(),
  ACCOUNTING_SFTP_PRIVATE_HOSTS: hosts,
};

type Given = z.output<z.ZodObject<typeof accountingFilesSettings>>;

/** The demo writes into its own data. */
export function accountingFilesConfig(
  given: Given,
  at: { demo: boolean; dataFolder: string },
): AccountingFilesConfig {
  const own = at.demo ? path.join(at.dataFolder, "accounting-files") : null;
  return {
    folder: given.ACCOUNTING_FILES_FOLDER ?? own,
    privateHosts: given.ACCOUNTING_SFTP_PRIVATE_HOSTS,
  };
}
