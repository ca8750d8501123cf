import { builder } from "../../../graphql/builder.ts";
import type { FileTarget } from "../../../platforms/platform.ts";
import { InvalidInput } from "../../errors.ts";
import { FileTargetKind } from "./platform.ts";

export const FileTargetInput = builder.inputType("FileTargetInput", {
  description: "Where files are put for a package without an API.",
  fields: (t) => ({
    kind: t.field({ type: FileTargetKind, required: true, description: "What kind of place." }),
    host: t.string({ description: "Of SFTP: the server's name or address." }),
    port: t.int({ description: "Of SFTP: its port; 22 if left out." }),
    user: t.string({ description: "Of SFTP: who signs on." }),
    password: t.string({
      description: "Of SFTP: with which password. Stored encrypted, and never answered.",
    }),
    folder: t.string({ description: "Of SFTP: the folder there; its own if left out." }),
    hostKey: t.string({
      description:
        "Of SFTP: the SHA-256 of the server's key, base64 as OpenSSH prints it. Another server is refused.",
    }),
  }),
});

type Given = typeof FileTargetInput.$inferInput;

const portUsual = 22;
const charactersMax = 500;

/** @throws InvalidInput where something is missing that the kind needs */
export function fileTargetOf(given: Given): FileTarget {
  if (given.kind === "folder") return { kind: "folder" };
  return {
    kind: "sftp",
    host: needed(given, "host"),
    port: portOf(given),
    user: needed(given, "user"),
    password: needed(given, "password"),
    folder: folderOf(given),
    hostKey: needed(given, "hostKey"),
  };
}

function portOf({ port }: Given): number {
  const number = port ?? portUsual;
  if (number >= 1 && number <= 65_535) return number;
  throw new InvalidInput("A port is a number from 1 to 65535.", "fileTarget.port");
}

function folderOf({ folder }: Given): string {
  const path = folder?.trim() ?? "";
  if (path.length <= charactersMax && !path.includes("\0")) return path;
  throw new InvalidInput("There is no such folder.", "fileTarget.folder");
}

const words = {
  host: "Name the server.",
  user: "Say who signs on there.",
  password: "Give the password.",
  hostKey: "Give the SHA-256 of the server's key.",
} as const;

function needed(given: Given, field: keyof typeof words): string {
  const text = given[field]?.trim();
  if (!text || text.length > charactersMax || text.includes("\0")) {
    throw new InvalidInput(words[field], `fileTarget.${field}`);
  }
  // A password may begin or end with a space.
  return field === "password" ? (given.password ?? "") : text;
}
