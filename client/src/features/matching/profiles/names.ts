import type { Family, Profile } from "./documents.ts";

export const families: readonly Family[] = ["INVOICE", "DEMAND"];

export const familyNames: Record<Family, string> = {
  INVOICE: "Invoices and expenses",
  DEMAND: "Demands",
};

/** A built-in profile has no name of its own among people. */
export function profileName({ builtIn, name }: Pick<Profile, "builtIn" | "name">): string {
  return builtIn ? "Built-in profile" : name;
}

/** "Built-in profile" or "Careful, version 3". */
export function versionName(profile: Pick<Profile, "builtIn" | "name">, version: number): string {
  return profile.builtIn ? profileName(profile) : `${profile.name}, version ${version}`;
}
