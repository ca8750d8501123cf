import path from "node:path";

/** The folder that holds package.json, server/, client/ and prisma/. */
export const repositoryFolder = path.resolve(import.meta.dirname, "../..");

export function inRepository(...parts: string[]): string {
  return path.join(repositoryFolder, ...parts);
}
