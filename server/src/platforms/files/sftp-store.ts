import { createHash, randomUUID, timingSafeEqual } from "node:crypto";
import { connect, isIP, type LookupFunction, type Socket } from "node:net";
import { posix } from "node:path";
import ssh2, { type SFTPWrapper } from "ssh2";
import { isPrivateAddress, publicLookup } from "../../providers/guarded-fetch.ts";
import { type FileTarget, PlatformFailure } from "../platform.ts";
import { listBounded, readBounded, type Settle } from "./sftp-reads.ts";
import {
  codeOf,
  type FileStore,
  partsOf,
  type StoredEntry,
  storedBytesMax,
  storeTrouble,
} from "./store.ts";

export type SftpTarget = Extract<FileTarget, { kind: "sftp" }>;

export interface SftpOptions {
  /** After which a connection or one of its steps is given up. */
  readonly timeoutMs?: number;
  /** A file of more is not read. */
  readonly bytesMax?: number;
}

const timeoutMsDefault = 20_000;
const noSuchFile = 2;
/** So many times the patience with one step is that with all of them: a server may take its time with each. */
const stepsPatience = 15;

/** As it is sealed. */
export function sftpCredential(target: SftpTarget): string {
  return JSON.stringify(target);
}

/** Null for what was not sealed by `sftpCredential`. */
export function readSftpTarget(credential: string | null): SftpTarget | null {
  try {
    const target = JSON.parse(credential ?? "") as SftpTarget;
    return target.kind === "sftp" && typeof target.host === "string" ? target : null;
  } catch {
    return null;
  }
}

/** For people: where it is and who signs on, without the password. */
export function sftpAddress({ user, host, port, folder }: SftpTarget): string {
  const server = isIP(host) === 6 ? `[${host}]` : host;
  // Behind a tilde: below where whoever signs on begins.
  const at = folder === "" || folder.startsWith("/") ? folder : `/~/${folder}`;
  return `sftp://${encodeURIComponent(user)}@${server}${port === 22 ? "" : `:${port}`}${at}`;
}

/**
 * Files below a folder of an SFTP server, over one connection that is closed in the end. The server must show the key
 * that was pinned; private addresses are reached only where the operator named them.
 * @throws PlatformFailure
 */
export async function openSftpStore(
  target: SftpTarget,
  privateHosts: readonly string[],
  { timeoutMs = timeoutMsDefault, bytesMax = storedBytesMax }: SftpOptions = {},
): Promise<FileStore> {
  const client = new ssh2.Client();
  // Errors after the first come without a listener's asking; each step fails by itself then.
  client.on("error", () => {});
  const whole = setTimeout(() => client.destroy(), timeoutMs * stepsPatience);
  whole.unref();
  try {
    const sftp = await signOn(client, target, privateHosts, timeoutMs);
    const close = async () => {
      clearTimeout(whole);
      client.end();
      // A server need not hear of it.
      setTimeout(() => client.destroy(), timeoutMs).unref();
    };
    return { ...storeOver(client, sftp, target.folder, { timeoutMs, bytesMax }), close };
  } catch (error) {
    clearTimeout(whole);
    client.destroy();
    throw error;
  }
}

function signOn(
  client: ssh2.Client,
  target: SftpTarget,
  privateHosts: readonly string[],
  timeoutMs: number,
): Promise<SFTPWrapper> {
  let otherKey = false;
  return new Promise((resolve, reject) => {
    // That what comes behind the sign-on takes no longer than itself.
    const late = () => reject(storeTrouble("timed out", false));
    setTimeout(late, 2 * timeoutMs).unref();
    client.once("ready", () =>
      client.sftp((error, sftp) =>
        error ? reject(storeTrouble("no SFTP", false)) : resolve(sftp),
      ),
    );
    client.once("error", (error: Error & { level?: string }) => reject(failureOf(error, otherKey)));
    client.once("close", () => reject(storeTrouble("closed", false)));
    client.connect({
      sock: socketTo(target, privateHosts, timeoutMs),
      username: target.user,
      password: target.password,
      readyTimeout: timeoutMs,
      hostVerifier: (key: Buffer) => {
        otherKey = !isPinned(key, target.hostKey);
        return !otherKey;
      },
    });
  });
}

function socketTo(
  { host, port }: SftpTarget,
  privateHosts: readonly string[],
  timeoutMs: number,
): Socket {
  const named = [host, `${host}:${port}`].some((name) => privateHosts.includes(name.toLowerCase()));
  // An address that is written out is connected to without a look-up.
  if (!named && isIP(host) !== 0 && isPrivateAddress(host)) {
    throw refusedTarget("That address is a private one. The operator can allow it by name.");
  }
  const lookup: { lookup?: LookupFunction } = named ? {} : { lookup: publicLookup };
  // Each step is a small packet that waits for its answer: held back for a fuller one, each costs 40 ms.
  const socket = connect({ host, port, timeout: timeoutMs, noDelay: true, ...lookup });
  socket.once("timeout", () => socket.destroy(new Error("timed out")));
  return socket;
}

/** As OpenSSH prints it: "SHA256:" and base64 without padding; the first word may be left out. */
function isPinned(key: Buffer, pinned: string): boolean {
  const shown = createHash("sha256").update(key).digest();
  const expected = Buffer.from(pinned.replace(/^SHA256:/, ""), "base64");
  return expected.length === shown.length && timingSafeEqual(shown, expected);
}

function failureOf(error: Error & { level?: string }, otherKey: boolean): PlatformFailure {
  if (otherKey) return refusedTarget("The server shows another key than the one that was given.");
  if (error.level === "client-authentication") {
    const message = "The server does not accept the sign-in.";
    return new PlatformFailure({ kind: "user_action_needed", message, detail: "SFTP sign-in" });
  }
  const isPrivate = (error as { code?: unknown }).code === "ADDRESS_REFUSED";
  if (isPrivate)
    return refusedTarget("That address is a private one. The operator can allow it by name.");
  return storeTrouble(codeOf(error), false);
}

function refusedTarget(message: string): PlatformFailure {
  return new PlatformFailure({ kind: "rejected", message, detail: "SFTP target refused" });
}

function storeOver(
  client: ssh2.Client,
  sftp: SFTPWrapper,
  folder: string,
  { timeoutMs, bytesMax }: Required<SftpOptions>,
): Omit<FileStore, "close"> {
  const at = (given: string) => posix.join(folder === "" ? "." : folder, ...partsOf(given));
  const step = <Value>(writing: boolean, act: (settle: Settle<Value>) => void) =>
    inTime<Value>(client, timeoutMs, writing, act);
  const statOf = (file: string) =>
    step<Stats | null>(false, (settle) => sftp.stat(file, orNull(settle)));
  return {
    async put(given, bytes) {
      const file = at(given);
      await makeFolder(sftp, step, posix.dirname(file));
      const draft = posix.join(
        posix.dirname(file),
        `.${posix.basename(file)}.${randomUUID()}.part`,
      );
      try {
        await step<void>(true, (settle) => sftp.writeFile(draft, bytes, ended(settle)));
        await step<void>(true, (settle) => replace(sftp, draft, file, settle));
      } catch (error) {
        await step<void>(true, (settle) => sftp.unlink(draft, ended(settle))).catch(() => {});
        throw error;
      }
    },
    async read(given) {
      const about = await statOf(at(given));
      if (about === null) return null;
      if (about.size > bytesMax) throw storeTrouble("a file is too large", false);
      return step<Buffer | null>(false, (settle) =>
        readBounded(sftp, at(given), bytesMax, orNull(settle)),
      );
    },
    exists: async (given) => (await statOf(at(given))) !== null,
    async list(given) {
      const rows = await step<Entry[] | null>(false, (settle) =>
        listBounded(sftp, at(given), orNull(settle)),
      );
      return (rows ?? []).flatMap(entryOf).sort((a, b) => (a.name < b.name ? -1 : 1));
    },
  };
}

type Stats = { readonly size: number };
type Entry = { filename: string; attrs: { mode: number; mtime: number } };

/** One step of the protocol; the connection's end or a silence fails it too. */
function inTime<Value>(
  client: ssh2.Client,
  timeoutMs: number,
  writing: boolean,
  act: (settle: Settle<Value>) => void,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const end = (outcome: () => void) => {
      clearTimeout(timer);
      client.removeListener("close", onClose);
      outcome();
    };
    const onClose = () => end(() => reject(storeTrouble("closed", writing)));
    const timer = setTimeout(
      () => end(() => reject(storeTrouble("timed out", writing))),
      timeoutMs,
    );
    client.once("close", onClose);
    try {
      act((error, value) =>
        end(() => (error ? reject(storeTrouble(codeOf(error), writing)) : resolve(value))),
      );
    } catch {
      end(() => reject(storeTrouble("closed", writing)));
    }
  });
}

/** Null where there is nothing of that name. */
function orNull<Value>(
  settle: Settle<Value | null>,
): (error: Error | null | undefined, value: Value) => void {
  return (error, value) => {
    const missing = (error as { code?: unknown } | undefined)?.code === noSuchFile;
    return missing ? settle(null, null) : settle(error, value);
  };
}

function ended(settle: Settle<void>): (error?: Error | null) => void {
  return (error) => settle(error, undefined);
}

/**
 * SFTP's own rename refuses where the name is taken; OpenSSH's extension puts the file in its place. Without it the file
 * is away for a moment; where it fails, the one that is there stays.
 */
function replace(sftp: SFTPWrapper, draft: string, file: string, settle: Settle<void>): void {
  const byHand = () => sftp.unlink(file, () => sftp.rename(draft, file, ended(settle)));
  try {
    sftp.ext_openssh_rename(draft, file, ended(settle));
  } catch {
    // The server has not announced it.
    byHand();
  }
}

async function makeFolder(
  sftp: SFTPWrapper,
  step: <Value>(writing: boolean, act: (settle: Settle<Value>) => void) => Promise<Value>,
  folder: string,
): Promise<void> {
  const there = await step<Stats | null>(false, (settle) => sftp.stat(folder, orNull(settle)));
  if (there !== null || folder === "." || folder === "/") return;
  await makeFolder(sftp, step, posix.dirname(folder));
  await step<void>(true, (settle) => sftp.mkdir(folder, ended(settle)));
}

const folderBit = 0o040000;
const kindBits = 0o170000;

function entryOf({ filename, attrs }: Entry): StoredEntry[] {
  if (filename.startsWith(".")) return [];
  const isFolder = (attrs.mode & kindBits) === folderBit;
  return [{ name: filename, isFolder, modifiedAt: new Date(attrs.mtime * 1_000) }];
}
