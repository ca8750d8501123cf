import { isDeepStrictEqual } from "node:util";
import type { App } from "../../app.ts";
import type { ProfileDefinition, ProfileFamily } from "../../core/matching/profile.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import { newId } from "../../db/ids.ts";
import { recordAudit } from "../audit/record.ts";
import { Conflict, InvalidInput } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { isBuiltInId, type Profile, readProfile } from "./profile.ts";
import { type GivenDefinition, readDefinition } from "./read-definition.ts";

const profilesMax = 100;
const versionsMax = 1_000;
const nameCharactersMax = 80;
const noteCharactersMax = 300;

/**
 * Adds a profile of the organisation's own. It decides nothing until it is chosen.
 * @throws Forbidden, InvalidInput, ProfileProblem, Conflict when there is one of that name, or too many
 */
export async function createProfile(
  app: App,
  viewer: Viewer,
  input: { name: string; family: ProfileFamily; definition: GivenDefinition; note: string | null },
): Promise<Profile> {
  authorise(viewer, "matching:manage");
  const name = readName(input.name);
  const note = readNote(input.note);
  const definition = readDefinition(input.family, input.definition);
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const [counted] = await tx.query<{ full: boolean }>(
      "SELECT count(*) >= $1 AS full FROM matching_profile WHERE archived_at IS NULL",
      [profilesMax],
    );
    if (counted?.full)
      throw new Conflict(`There are ${profilesMax} profiles already: archive one.`);
    const id = newId();
    const made = { by: viewer.actor.name, at: app.now() };
    const added = await tx.query(
      `INSERT INTO matching_profile (organisation_id, id, name, family, created_by, created_at)
       VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (organisation_id, name) DO NOTHING RETURNING id`,
      [tx.organisationId, id, name, input.family, made.by, made.at],
    );
    if (added.length === 0) throw new Conflict(`There is a profile “${name}” already.`);
    await writeVersion(tx, { id, version: 1, definition, note }, made);
    await recordAudit(tx, viewer, {
      action: "matching_profile.created",
      subjectKind: "matching_profile",
      subjectId: id,
      detail: { name, family: input.family },
    });
    return readProfile(tx, id);
  });
}

/**
 * Gives a profile a new version. The one before stays as it was, and stays in use where it is chosen. A definition that
 * says nothing new makes no version.
 * @throws Forbidden, NotFound, InvalidInput, ProfileProblem, Conflict for one that is built in or archived
 */
export async function changeProfile(
  app: App,
  viewer: Viewer,
  request: { id: string; definition: GivenDefinition; note: string | null },
): Promise<Profile> {
  authorise(viewer, "matching:manage");
  const note = readNote(request.note);
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const profile = await lockOwnProfile(tx, request.id);
    if (profile.archivedAt !== null)
      throw new Conflict("The profile is archived: restore it first.");
    const definition = readDefinition(profile.family, request.definition);
    if (isDeepStrictEqual(definition, profile.definition)) return profile;
    const version = profile.version + 1;
    if (version > versionsMax) throw new Conflict(`A profile has at most ${versionsMax} versions.`);
    await tx.query("UPDATE matching_profile SET version = $2 WHERE id = $1", [profile.id, version]);
    const made = { by: viewer.actor.name, at: app.now() };
    await writeVersion(tx, { id: profile.id, version, definition, note }, made);
    await recordAudit(tx, viewer, {
      action: "matching_profile.changed",
      subjectKind: "matching_profile",
      subjectId: profile.id,
      detail: { name: profile.name, version, note },
    });
    return readProfile(tx, profile.id);
  });
}

/**
 * Takes a profile out of the list to choose from. Its versions stay: matches name them. Again, it changes nothing.
 * @throws Forbidden, NotFound, Conflict while it is in use or for one that is built in
 */
export async function archiveProfile(app: App, viewer: Viewer, id: string): Promise<Profile> {
  return setArchived(app, viewer, id, (profile, now) => {
    if (profile.inUse) throw new Conflict(`“${profile.name}” is in use: choose another one first.`);
    return profile.archivedAt ?? now;
  });
}

/** Takes an archived profile back into the list. Again, it changes nothing. @throws Forbidden, NotFound, Conflict */
export async function restoreProfile(app: App, viewer: Viewer, id: string): Promise<Profile> {
  return setArchived(app, viewer, id, () => null);
}

async function setArchived(
  app: App,
  viewer: Viewer,
  id: string,
  archivedAtOf: (profile: Profile, now: Date) => Date | null,
): Promise<Profile> {
  authorise(viewer, "matching:manage");
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const profile = await lockOwnProfile(tx, id);
    const archivedAt = archivedAtOf(profile, app.now());
    if ((archivedAt === null) === (profile.archivedAt === null)) return profile;
    await tx.query("UPDATE matching_profile SET archived_at = $2 WHERE id = $1", [
      profile.id,
      archivedAt,
    ]);
    await recordAudit(tx, viewer, {
      action: archivedAt === null ? "matching_profile.restored" : "matching_profile.archived",
      subjectKind: "matching_profile",
      subjectId: profile.id,
      detail: { name: profile.name },
    });
    return { ...profile, archivedAt };
  });
}

/** Locks a profile of the organisation's own, so that it is not chosen meanwhile. @throws NotFound, Conflict */
export async function lockOwnProfile(tx: TenantTransaction, id: string): Promise<Profile> {
  if (isBuiltInId(id)) {
    throw new Conflict("This profile is built in: make one of your own from it.");
  }
  const { id: known } = await readProfile(tx, id);
  await tx.query("SELECT FROM matching_profile WHERE id = $1 FOR UPDATE", [known]);
  return readProfile(tx, known);
}

async function writeVersion(
  tx: TenantTransaction,
  version: { id: string; version: number; definition: ProfileDefinition; note: string | null },
  made: { by: string; at: Date },
): Promise<void> {
  await tx.query(
    `INSERT INTO matching_profile_version
       (organisation_id, profile_id, version, definition, note, created_by, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [
      tx.organisationId,
      version.id,
      version.version,
      JSON.stringify(version.definition),
      version.note,
      made.by,
      made.at,
    ],
  );
}

function readName(text: string): string {
  const name = text.trim();
  if (name === "" || name.length > nameCharactersMax) {
    throw new InvalidInput(`A name has 1 to ${nameCharactersMax} characters.`, "name");
  }
  // A match names the profile that made it: two of one name could not be told apart.
  if (isBuiltInId(name.toLowerCase())) {
    throw new InvalidInput(`“${name}” is the name of a profile that is built in.`, "name");
  }
  return name;
}

function readNote(text: string | null): string | null {
  const note = text?.trim() || null;
  if (note !== null && note.length > noteCharactersMax) {
    throw new InvalidInput(`A note has at most ${noteCharactersMax} characters.`, "note");
  }
  return note;
}
