import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { type Choice, listChoices } from "../list-profiles.ts";
import { ProfileFamilyType } from "./definition.ts";
import { MatchingProfileType } from "./profile.ts";

export const MatchingChoiceType = builder.objectRef<Choice>("MatchingChoice").implement({
  description: "Which profile decides for a family.",
  fields: (t) => ({
    family: t.expose("family", { type: ProfileFamilyType, description: "Which family." }),
    profile: t.field({
      type: MatchingProfileType,
      description: "The profile.",
      resolve: ({ profile }) => profile,
    }),
    version: t.exposeInt("version", {
      description: "Which version of it. A later one decides only once it is chosen.",
    }),
    automatic: t.exposeBoolean("automatic", {
      description: "Whether anything is matched without a person. Suggestions are made either way.",
    }),
    chosenBy: t.exposeString("chosenBy", {
      nullable: true,
      description: "Who chose, as called at the time; null until somebody has.",
    }),
    chosenAt: t.expose("chosenAt", { type: "DateTime", nullable: true, description: "When." }),
  }),
});

builder.queryField("matchingChoices", (t) =>
  t.field({
    type: [MatchingChoiceType],
    description: "What decides at present: one for each family. Needs transactions:read.",
    resolve: (_root, _args, context) => listChoices(context.app, viewerOf(context)),
  }),
);
