import { readAsOrganisation } from "../../../db/as-organisation.ts";
import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { listProfiles, type ProfileVersion, readProfileVersions } from "../list-profiles.ts";
import type { Profile } from "../profile.ts";
import { ProfileDefinitionType, ProfileFamilyType } from "./definition.ts";

const ProfileVersionType = builder.objectRef<ProfileVersion>("ProfileVersion").implement({
  description: "What a profile was from one change to the next. Never changed.",
  fields: (t) => ({
    version: t.exposeInt("version", { description: "Counted from 1." }),
    definition: t.field({
      type: ProfileDefinitionType,
      description: "How it scores.",
      resolve: (version) => version,
    }),
    note: t.exposeString("note", { nullable: true, description: "Why it was made." }),
    createdBy: t.exposeString("createdBy", {
      nullable: true,
      description: "Who made it, as called at the time; null for one that is built in.",
    }),
    createdAt: t.expose("createdAt", {
      type: "DateTime",
      nullable: true,
      description: "When; null for one that is built in.",
    }),
  }),
});

export const MatchingProfileType = builder.objectRef<Profile>("MatchingProfile").implement({
  description:
    "A way to score pairs of bank transactions and open items: built in, or an organisation's own. Changing one makes a version.",
  fields: (t) => ({
    id: t.exposeID("id", { description: '"invoice" and "demand" for those built in.' }),
    name: t.exposeString("name", { description: "Its name, each once; matches keep it." }),
    family: t.expose("family", { type: ProfileFamilyType, description: "What it decides about." }),
    builtIn: t.exposeBoolean("builtIn", { description: "Whether it comes with Tieout." }),
    version: t.exposeInt("version", { description: "The latest version." }),
    versions: t.field({
      type: [ProfileVersionType],
      description: "The latest versions, up to a hundred, the last first.",
      resolve: (profile, _args, context) =>
        readAsOrganisation(context.app.database, viewerOf(context).organisationId, (sql) =>
          readProfileVersions(sql, profile),
        ),
    }),
    definition: t.field({
      type: ProfileDefinitionType,
      description: "How the latest version scores.",
      resolve: (profile) => profile,
    }),
    archivedAt: t.expose("archivedAt", {
      type: "DateTime",
      nullable: true,
      description: "Since when it is not chosen any more.",
    }),
    inUse: t.exposeBoolean("inUse", { description: "Whether a version of it decides at present." }),
  }),
});

builder.queryField("matchingProfiles", (t) =>
  t.field({
    type: [MatchingProfileType],
    description:
      "The scoring profiles that can be chosen: those built in, then the organisation's own by name. Needs transactions:read.",
    args: {
      includeArchived: t.arg.boolean({
        required: true,
        defaultValue: false,
        description: "Those no longer chosen, too.",
      }),
    },
    resolve: (_root, { includeArchived }, context) =>
      listProfiles(context.app, viewerOf(context), { includeArchived }),
  }),
);
