import path from "node:path";
import type { AccountingFilesConfig } from "../../config/accounting-files.ts";
import type { PushRules } from "../../core/accounting/push-rules.ts";
import {
  type AccountingPlatform,
  type LinkRequest,
  PlatformFailure,
  type PlatformLink,
  type StartedLink,
} from "../platform.ts";
import { closeFeed, listFeeds, openFeed } from "./feeds.ts";
import { folderName } from "./folder-name.ts";
import { createFolderStore } from "./folder-store.ts";
import { fetchPush, findPushes, push, readLines } from "./push.ts";
import {
  openSftpStore,
  readSftpTarget,
  type SftpOptions,
  sftpAddress,
  sftpCredential,
} from "./sftp-store.ts";
import type { FileStore } from "./store.ts";

const rules: PushRules = {
  batchLinesMax: 1_000,
  needsBalance: false,
  refusesOlderThanLast: false,
  daysBackMax: null,
  descriptionCharactersMax: 1_000,
};

/** A file is written quicker than an API answers; this holds an SFTP server's patience. */
const requestsPerSecondMax = 20;

export interface FilesOptions extends SftpOptions {
  readonly now?: () => Date;
}

/**
 * Accounting packages without an API: each push is a journal in CSV and a bank file in OFX, at a folder of this machine
 * or on an SFTP server. What is there is what arrived.
 */
export function createFilesPlatform(
  config: AccountingFilesConfig,
  options: FilesOptions = {},
): AccountingPlatform {
  const now = options.now ?? (() => new Date());
  const within = <Answer>(link: PlatformLink, use: (store: FileStore) => Promise<Answer>) =>
    withStore(config, options, link, use);
  return {
    description: {
      name: "files",
      label: "Files",
      packages: [
        {
          name: "files",
          label: "Files for a package without an API",
          connectionMethod:
            "Each push writes a journal (CSV) and a bank file (OFX) to a folder or an SFTP server.",
          mapsThere: false,
          fileTargets: config.folder === null ? ["sftp"] : ["folder", "sftp"],
          ...{ readsBack: true, hasDocuments: false, takesPayments: false },
          rules,
        },
      ],
      ...{ requestsPerSecondMax, supportsWebhooks: false, isSandbox: false },
    },
    startLink: (request) => startLink(config, options, request),
    fetchLink: (link) =>
      within(link, async (store) => {
        await store.list("");
        return { status: "linked", companyName: null, nextUrl: null, reason: null };
      }),
    placeOf: (link) => placeOf(config, link),
    // The files stay: what was written may have been booked.
    unlink: async () => {},
    // There are no accounts to choose from: each feed writes into a folder of its own.
    listTargets: async () => [],
    openFeed: (link, request) => within(link, (store) => openFeed(store, request)),
    fetchFeeds: (link) =>
      within(link, async (store) => (await listFeeds(store)).map(({ state }) => state)),
    closeFeed: (link, feedExternalId) => within(link, (store) => closeFeed(store, feedExternalId)),
    push: (link, batch) => within(link, (store) => push(store, batch, now())),
    fetchPush: (link, externalKey) => within(link, (store) => fetchPush(store, externalKey)),
    findPushes: (link, feedExternalId, since) =>
      within(link, (store) => findPushes(store, feedExternalId, since)),
    readLines: (link, request) => within(link, (store) => readLines(store, request)),
    readDocuments: async () => ({ documents: [], problems: [], next: null }),
    sendPayment: async () => {
      throw refused("Files take no payments.");
    },
    findPayment: async () => null,
    verifyWebhook: async () => ({ kind: "refused", reason: "forged" }),
    translateWebhook: () => ({ kind: "ignored", what: "?" }),
  };
}

async function startLink(
  config: AccountingFilesConfig,
  options: FilesOptions,
  { target, companyName, connectionReference, package: name }: LinkRequest,
): Promise<StartedLink> {
  if (target === null)
    throw refused("Say where the files are to be put: a folder or an SFTP server.");
  const granted = {
    kind: "granted" as const,
    companyExternalId: folderName(companyName, connectionReference, "company"),
    externalId: target.kind,
    credential: target.kind === "sftp" ? sftpCredential(target) : null,
  };
  const link = { ...granted, package: name };
  // Tried at once: a wrong address is met by the person who wrote it, not by the first push.
  await withStore(config, options, link, (store) => store.put("README.txt", Buffer.from(about)));
  return granted;
}

const about = `Bank transactions for an accounting package, written by Tieout.
Each folder is one bank account; each push is a journal (.csv) and a bank file (.ofx) of the same lines.
In the journal, money that comes in stands under Debit. Tieout reads the journals again to see what arrived.
`;

async function withStore<Answer>(
  config: AccountingFilesConfig,
  options: FilesOptions,
  link: PlatformLink,
  use: (store: FileStore) => Promise<Answer>,
): Promise<Answer> {
  const store = await openStore(config, options, link);
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

async function openStore(
  { folder, privateHosts }: AccountingFilesConfig,
  options: FilesOptions,
  { externalId, companyExternalId, credential }: PlatformLink,
): Promise<FileStore> {
  if (externalId === "sftp") {
    const target = readSftpTarget(credential);
    if (target === null) throw refused("The sign-in of the SFTP server cannot be read.");
    return openSftpStore(target, privateHosts, options);
  }
  if (folder === null) throw refused("This installation has no folder for accounting files.");
  return createFolderStore(folderOf(folder, companyExternalId));
}

/** A folder for each connection: one tenant's files never lie beside another's. */
function folderOf(folder: string, companyExternalId: string): string {
  if (!/^[A-Za-z0-9][\w-]{7,80}$/.test(companyExternalId))
    throw refused("There is no such folder.");
  return path.join(folder, companyExternalId);
}

function placeOf(
  { folder }: AccountingFilesConfig,
  { externalId, companyExternalId, credential }: PlatformLink,
): string | null {
  if (externalId === "sftp") {
    const target = readSftpTarget(credential);
    return target && sftpAddress(target);
  }
  return folder && path.resolve(folderOf(folder, companyExternalId));
}

function refused(message: string): PlatformFailure {
  return new PlatformFailure({ kind: "rejected", message, detail: "files" });
}
