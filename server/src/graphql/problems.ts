import {
  Conflict,
  FileRefused,
  Forbidden,
  InvalidInput,
  NotFound,
  type Problem,
  RateLimited,
  RefreshTooSoon,
} from "../features/errors.ts";
import { PlatformFailure } from "../platforms/platform.ts";
import { ProviderFailure } from "../providers/provider.ts";
import { builder } from "./builder.ts";

/** Every refusal has these two; some say more. */
export const ProblemInterface = builder
  .interfaceRef<Problem | ProviderFailure | PlatformFailure>("Problem")
  .implement({
    description: "Why something was not done.",
    fields: (t) => ({
      code: t.exposeString("code", { description: "Stable, for programs." }),
      message: t.exposeString("message", { description: "A sentence, for people." }),
    }),
  });

builder.objectType(NotFound, {
  name: "NotFoundProblem",
  description: "No such thing in this organisation.",
  interfaces: [ProblemInterface],
});

builder.objectType(Forbidden, {
  name: "ForbiddenProblem",
  description: "The caller lacks a permission.",
  interfaces: [ProblemInterface],
  fields: (t) => ({
    permission: t.exposeString("permission", { description: "The permission that is needed." }),
  }),
});

builder.objectType(InvalidInput, {
  name: "InvalidInputProblem",
  description: "Something given cannot be used.",
  interfaces: [ProblemInterface],
  fields: (t) => ({
    field: t.exposeString("field", {
      nullable: true,
      description: "Which field, where it is one.",
    }),
  }),
});

builder.objectType(Conflict, {
  name: "ConflictProblem",
  description: "Somebody was first, or the thing is no longer in a state that allows this.",
  interfaces: [ProblemInterface],
});

builder.objectType(RateLimited, {
  name: "RateLimitedProblem",
  description: "Too often.",
  interfaces: [ProblemInterface],
  fields: (t) => ({
    retryAt: t.field({
      type: "DateTime",
      resolve: (problem) => problem.retryAt,
      description: "When it is next possible.",
    }),
  }),
});

builder.objectType(RefreshTooSoon, {
  name: "RefreshTooSoon",
  description: "A bank can be refreshed once an hour, and no more often than the bank allows.",
  interfaces: [ProblemInterface],
  fields: (t) => ({
    possibleAt: t.field({
      type: "DateTime",
      resolve: (problem) => problem.possibleAt,
      description: "When it is next possible.",
    }),
  }),
});

builder.objectType(FileRefused, {
  name: "FileRefusedProblem",
  description: "A file that cannot be taken at all, whatever is decided about it.",
  interfaces: [ProblemInterface],
  fields: (t) => ({
    reason: t.exposeString("reason", {
      description: "Why, as a stable word, such as too_large, empty, zipped or broken_off.",
    }),
  }),
});

const ProviderFailureKind = builder.enumType("ProviderFailureKind", {
  description: "What a provider's failure asks for.",
  values: {
    USER_ACTION_NEEDED: {
      value: "user_action_needed",
      description: "A person must act at the bank.",
    },
    TEMPORARY: { value: "temporary", description: "It is tried again by itself." },
    FINAL: { value: "final", description: "Trying again will not help." },
  } as const,
});

builder.objectType(ProviderFailure, {
  name: "ProviderProblem",
  description: "The bank's provider could not do it.",
  interfaces: [ProblemInterface],
  fields: (t) => ({
    kind: t.expose("kind", { type: ProviderFailureKind, description: "What it asks for." }),
  }),
});

const PlatformFailureKind = builder.enumType("PlatformFailureKind", {
  description: "What an accounting platform's failure asks for.",
  values: {
    USER_ACTION_NEEDED: {
      value: "user_action_needed",
      description: "A person must grant access to the books again.",
    },
    TEMPORARY: { value: "temporary", description: "Trying again later can help." },
    REJECTED: { value: "rejected", description: "What was asked for is not taken." },
    FINAL: { value: "final", description: "Trying again will not help." },
  } as const,
});

builder.objectType(PlatformFailure, {
  name: "PlatformProblem",
  description: "The accounting platform could not do it.",
  interfaces: [ProblemInterface],
  fields: (t) => ({
    kind: t.expose("kind", { type: PlatformFailureKind, description: "What it asks for." }),
    retryAt: t.field({
      type: "DateTime",
      nullable: true,
      resolve: (problem) => problem.retryAt,
      description: "When the platform asks to wait: until when.",
    }),
  }),
});
