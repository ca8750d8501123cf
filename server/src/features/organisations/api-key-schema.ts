import { builder } from "../../graphql/builder.ts";
import { viewerOf } from "../../graphql/context.ts";
import { Forbidden, InvalidInput, NotFound } from "../errors.ts";
import type { ApiKeySummary } from "./api-key.ts";
import { createApiKey } from "./create-api-key.ts";
import { listApiKeys } from "./list-api-keys.ts";
import { revokeApiKey } from "./revoke-api-key.ts";

const ApiKeyType = builder.objectRef<ApiKeySummary>("ApiKey").implement({
  description: "What a program calls the API with, as `Authorization: Bearer <secret>`.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "The key's id; not its secret." }),
    name: t.exposeString("name", { description: "What it is for." }),
    prefix: t.exposeString("prefix", {
      description: "The secret's first characters, to tell keys apart.",
    }),
    permissions: t.stringList({
      description: "The names of what the program may do; see `permissions`.",
      resolve: ({ permissions }) => [...permissions],
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When it was created." }),
    lastUsedAt: t.expose("lastUsedAt", {
      type: "DateTime",
      nullable: true,
      description: "When a program last called with it, to the minute. Null: never.",
    }),
    revokedAt: t.expose("revokedAt", {
      type: "DateTime",
      nullable: true,
      description: "When it was revoked. Null: it works.",
    }),
  }),
});

const CreatedApiKey = builder
  .objectRef<{ apiKey: ApiKeySummary; secret: string }>("CreatedApiKey")
  .implement({
    description: "A new API key with its secret.",
    fields: (t) => ({
      apiKey: t.expose("apiKey", { type: ApiKeyType, description: "The key." }),
      secret: t.exposeString("secret", {
        description: "Shown this once: it is not kept and cannot be shown again.",
      }),
    }),
  });

builder.queryField("apiKeys", (t) =>
  t.field({
    type: [ApiKeyType],
    description: "The organisation's API keys, those that work first. Needs api_keys:manage.",
    resolve: (_root, _args, context) => listApiKeys(context.app, viewerOf(context)),
  }),
);

builder.mutationField("createApiKey", (t) =>
  t.field({
    type: CreatedApiKey,
    errors: { types: [Forbidden, InvalidInput] },
    description: "Creates an API key for the organisation. Needs api_keys:manage.",
    args: {
      name: t.arg.string({ required: true, description: "What it is for." }),
      permissions: t.arg.stringList({
        required: true,
        description: "What the program may do: some of what the viewer may do.",
      }),
    },
    resolve: (_root, input, context) => createApiKey(context.app, viewerOf(context), input),
  }),
);

builder.mutationField("revokeApiKey", (t) =>
  t.field({
    type: ApiKeyType,
    errors: { types: [Forbidden, NotFound] },
    description: "Ends an API key for good. Needs api_keys:manage.",
    args: { id: t.arg.id({ required: true, description: "The key's id." }) },
    resolve: (_root, { id }, context) => revokeApiKey(context.app, viewerOf(context), id),
  }),
);
