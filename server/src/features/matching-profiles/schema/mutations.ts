import type { ProfileFieldProblem } from "../../../core/matching/check-profile.ts";
import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { ProblemInterface } from "../../../graphql/problems.ts";
import { Conflict, Forbidden, InvalidInput, NotFound } from "../../errors.ts";
import { chooseProfile } from "../choose-profile.ts";
import { archiveProfile, changeProfile, createProfile, restoreProfile } from "../keep-profiles.ts";
import { ProfileProblem } from "../profile-problem.ts";
import { MatchingChoiceType } from "./choice.ts";
import { ProfileDefinitionInput, ProfileFamilyType } from "./definition.ts";
import { MatchingProfileType } from "./profile.ts";

const FieldProblemType = builder.objectRef<ProfileFieldProblem>("ProfileFieldProblem").implement({
  description: "What is wrong with one field of a profile.",
  fields: (t) => ({
    field: t.exposeString("field", {
      description: 'Which, by its path: "points.amount_exact", "residuals.bankFeeMax".',
    }),
    message: t.exposeString("message", { description: "A sentence, for people." }),
  }),
});

builder.objectType(ProfileProblem, {
  name: "ProfileProblem",
  description: "A definition that cannot be used.",
  interfaces: [ProblemInterface],
  fields: (t) => ({
    fields: t.field({
      type: [FieldProblemType],
      description: "All that is wrong, field by field.",
      resolve: ({ fields }) => [...fields],
    }),
  }),
});

const ProfileInput = builder.inputType("ProfileInput", {
  description: "A scoring profile of the organisation's own.",
  fields: (t) => ({
    name: t.string({ required: true, description: "What it is called, each name once." }),
    family: t.field({
      type: ProfileFamilyType,
      required: true,
      description: "What it decides about.",
    }),
    definition: t.field({
      type: ProfileDefinitionInput,
      required: true,
      description: "How it scores.",
    }),
    note: t.string({ description: "Why it is made." }),
  }),
});

const ProfileChangeInput = builder.inputType("ProfileChangeInput", {
  description: "What a profile becomes.",
  fields: (t) => ({
    definition: t.field({
      type: ProfileDefinitionInput,
      required: true,
      description: "How it scores.",
    }),
    note: t.string({ description: "Why it is changed." }),
  }),
});

const profileId = { required: true, description: "The profile's id." } as const;

builder.mutationFields((t) => ({
  createProfile: t.field({
    type: MatchingProfileType,
    errors: { types: [Forbidden, InvalidInput, ProfileProblem, Conflict] },
    description: "Adds a profile. It decides nothing until it is chosen. Needs matching:manage.",
    args: { input: t.arg({ type: ProfileInput, required: true, description: "What to add." }) },
    resolve: (_root, { input }, context) =>
      createProfile(context.app, viewerOf(context), { ...input, note: input.note ?? null }),
  }),
  changeProfile: t.field({
    type: MatchingProfileType,
    errors: { types: [Forbidden, NotFound, InvalidInput, ProfileProblem, Conflict] },
    description:
      "Gives a profile a new version; where the one before is chosen it goes on deciding. Needs matching:manage.",
    args: {
      id: t.arg.id(profileId),
      input: t.arg({ type: ProfileChangeInput, required: true, description: "What it becomes." }),
    },
    resolve: (_root, { id, input: { definition, note } }, context) =>
      changeProfile(context.app, viewerOf(context), { id, definition, note: note ?? null }),
  }),
  archiveProfile: t.field({
    type: MatchingProfileType,
    errors: { types: [Forbidden, NotFound, Conflict] },
    description:
      "Takes a profile that is not in use out of the list. Its versions stay. Needs matching:manage.",
    args: { id: t.arg.id(profileId) },
    resolve: (_root, { id }, context) => archiveProfile(context.app, viewerOf(context), id),
  }),
  restoreProfile: t.field({
    type: MatchingProfileType,
    errors: { types: [Forbidden, NotFound, Conflict] },
    description: "Takes an archived profile back into the list. Needs matching:manage.",
    args: { id: t.arg.id(profileId) },
    resolve: (_root, { id }, context) => restoreProfile(context.app, viewerOf(context), id),
  }),
  chooseProfile: t.field({
    type: MatchingChoiceType,
    errors: { types: [Forbidden, NotFound, InvalidInput, Conflict] },
    description:
      "Says what decides for a family from now on; what was matched before stays. Needs matching:manage.",
    args: {
      family: t.arg({ type: ProfileFamilyType, required: true, description: "Which family." }),
      profileId: t.arg.id({ description: "The profile's id; null for the one that is built in." }),
      version: t.arg.int({ description: "Which version of it; the latest if absent." }),
      automatic: t.arg.boolean({
        description: "Whether anything is matched without a person; as it is if absent.",
      }),
    },
    resolve: (_root, { family, profileId: id, version, automatic }, context) =>
      chooseProfile(context.app, viewerOf(context), {
        family,
        profileId: id ?? null,
        version: version ?? null,
        automatic: automatic ?? null,
      }),
  }),
}));
