import { PlatformFailure } from "../platform.ts";

/** A place that files are put to. Paths are names with slashes between, below the place's own root. */
export interface FileStore {
  /** Whole or not at all: under another name first, which is then changed. Puts it in place of one of the same name. */
  put(path: string, bytes: Buffer): Promise<void>;
  /** Null where there is no such file. */
  read(path: string): Promise<Buffer | null>;
  exists(path: string): Promise<boolean>;
  /** What lies in a folder, by name; nothing where there is none. Hidden files and half-written ones are not told. */
  list(folder: string): Promise<StoredEntry[]>;
  close(): Promise<void>;
}

export interface StoredEntry {
  readonly name: string;
  readonly isFolder: boolean;
  readonly modifiedAt: Date;
}

/** A file of more was not written by this product. */
export const storedBytesMax = 32 * 1024 * 1024;

/**
 * The parts of a path. Names begin with a letter or a figure and hold nothing that leads elsewhere.
 * @throws TypeError for any other: a bug of the caller's
 */
export function partsOf(path: string): readonly string[] {
  const parts = path === "" ? [] : path.split("/");
  if (!parts.every((part) => /^[A-Za-z0-9][\w.-]{0,150}$/.test(part) && !part.includes(".."))) {
    throw new TypeError("a path holds a part that is no plain name");
  }
  return parts;
}

/** A place that cannot be reached or written to just now. @param code the system's word alone, for the log */
export function storeTrouble(code: string, writing: boolean): PlatformFailure {
  const message = "The place that files are put to cannot be used just now.";
  return new PlatformFailure(
    { kind: "temporary", message, detail: `file store ${code}` },
    { outcomeUnknown: writing },
  );
}

/** The code of a system's or a library's error; its text may hold paths. */
export function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  const word = typeof code === "number" ? String(code) : code;
  return typeof word === "string" && /^[\w.-]{1,60}$/.test(word) ? word : "failed";
}
