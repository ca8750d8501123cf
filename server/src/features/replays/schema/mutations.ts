import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { Conflict, Forbidden, InvalidInput, NotFound } from "../../errors.ts";
import { ProfileProblem } from "../../matching-profiles/profile-problem.ts";
import {
  ProfileDefinitionInput,
  ProfileFamilyType,
} from "../../matching-profiles/schema/definition.ts";
import { RuleActionInput, RuleConditionsInput } from "../../reconciliation/schema/rule-inputs.ts";
import { replayProfile, replayRule } from "../request-replay.ts";
import { MatchReplayRef } from "./replay.ts";

const asJob =
  "Runs as a job, which `matchReplay` and the subscription tell of; the books stay as they are. Needs matching:manage.";

builder.mutationFields((t) => ({
  replayProfile: t.field({
    type: MatchReplayRef,
    errors: { types: [Forbidden, NotFound, InvalidInput, ProfileProblem, Conflict] },
    description:
      "Tries a scoring profile over what was decided: a stored one, a definition that is not stored yet, or the profile " +
      `in use with another threshold or margin. ${asJob}`,
    args: {
      profileId: t.arg.id({
        description: "A stored profile; without one and without a definition, the family's in use.",
      }),
      version: t.arg.int({ description: "Which version of it; the latest if absent." }),
      definition: t.arg({
        type: ProfileDefinitionInput,
        description: "One that is not stored, for the family or the profile's.",
      }),
      family: t.arg({
        type: ProfileFamilyType,
        description: "What it decides about; needed without a profile.",
      }),
      automaticScoreMin: t.arg.int({ description: "A threshold in place of the profile's." }),
      marginPoints: t.arg.int({ description: "A margin in place of the profile's." }),
    },
    resolve: (_root, args, context) =>
      replayProfile(context.app, viewerOf(context), {
        profileId: args.profileId ?? null,
        version: args.version ?? null,
        definition: args.definition ?? null,
        family: args.family ?? null,
        automaticScoreMin: args.automaticScoreMin ?? null,
        marginPoints: args.marginPoints ?? null,
      }),
  }),
  replayRule: t.field({
    type: MatchReplayRef,
    errors: { types: [Forbidden, NotFound, InvalidInput, Conflict] },
    description: `Tries a rule over what was decided: a stored one, changed or not, or a new one. ${asJob}`,
    args: {
      ruleId: t.arg.id({ description: "A stored rule's id." }),
      conditions: t.arg({
        type: RuleConditionsInput,
        description: "What it is to ask for; with `action`. As stored if both are absent.",
      }),
      action: t.arg({ type: RuleActionInput, description: "What it is to do." }),
    },
    resolve: (_root, args, context) =>
      replayRule(context.app, viewerOf(context), {
        ruleId: args.ruleId ?? null,
        conditions: args.conditions ?? null,
        action: args.action ?? null,
      }),
  }),
}));
