import type { VariablesOf } from "../../lib/graphql.ts";
import type { Package, StartBooksDocument } from "./documents.ts";

export type FileTargetKind = Package["fileTargets"][number];
type FileTarget = NonNullable<VariablesOf<typeof StartBooksDocument>["fileTarget"]>;

/** Where files are put, as somebody types it. */
export interface FileTargetDraft {
  kind: FileTargetKind;
  host: string;
  port: string;
  user: string;
  password: string;
  folder: string;
  hostKey: string;
}

export const fileTargetLabels: Record<FileTargetKind, string> = {
  FOLDER: "A folder on this server",
  SFTP: "A server that speaks SFTP",
};

export function blankFileTarget(of: Package): FileTargetDraft {
  const [kind = "FOLDER"] = of.fileTargets;
  return { kind, host: "", port: "22", user: "", password: "", folder: "", hostKey: "" };
}

/** What is wrong with each field; empty where nothing is. */
export function fileTargetProblems(draft: FileTargetDraft): Partial<Record<string, string>> {
  if (draft.kind === "FOLDER") return {};
  const port = Number(draft.port);
  return {
    ...(draft.host.trim() ? {} : { host: "Name the server." }),
    ...(Number.isInteger(port) && port >= 1 && port <= 65_535
      ? {}
      : { port: "A port is a number up to 65535." }),
    ...(draft.user.trim() ? {} : { user: "Say who signs on there." }),
    ...(draft.password ? {} : { password: "Give the password." }),
    ...(draft.hostKey.trim() ? {} : { hostKey: "Give the SHA-256 of the server's key." }),
  };
}

/** As the server takes it; null for a package that is reached itself. */
export function fileTargetOf(of: Package, draft: FileTargetDraft): FileTarget | null {
  if (of.fileTargets.length === 0) return null;
  const { kind, host, user, password, folder, hostKey } = draft;
  if (kind === "FOLDER") return { kind };
  return {
    ...{ kind, host: host.trim(), port: Number(draft.port), user: user.trim(), password },
    ...{ folder: folder.trim() || null, hostKey: hostKey.trim() },
  };
}
