import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import type { ProviderDescription, ProviderInstitution } from "../../../providers/provider.ts";
import { authorise } from "../../viewer.ts";
import { searchInstitutions } from "../search-institutions.ts";

const ProviderKind = builder.enumType("ProviderKind", {
  description: "How a provider comes by a bank's data.",
  values: {
    AGGREGATOR: { value: "aggregator", description: "A service with many banks." },
    CONNECTOR: { value: "connector", description: "A package of one's own for one bank." },
    PUSH: { value: "push", description: "The bank's side posts its batches here." },
  } as const,
});

export const ProviderRef = builder.objectRef<ProviderDescription>("Provider").implement({
  description: "An aggregator through which banks are connected.",
  fields: (t) => ({
    name: t.exposeString("name", { description: "Stable; what `startBankConnection` takes." }),
    label: t.exposeString("label", { description: "For the screen." }),
    countries: t.stringList({
      description: "Where it knows banks: ISO 3166-1 alpha-2.",
      resolve: ({ countries }) => [...countries],
    }),
    connectionMethod: t.exposeString("connectionMethod", {
      description: "How a person connects, as a sentence.",
    }),
    supportsWebhooks: t.exposeBoolean("supportsWebhooks", {
      description: "Whether it tells of new transactions by itself.",
    }),
    kind: t.expose("kind", {
      type: ProviderKind,
      description: "How it comes by a bank's data.",
    }),
    supportsRefresh: t.exposeBoolean("supportsRefresh", {
      description: "Whether it can be asked to fetch fresher data from the bank.",
    }),
    historyDaysMax: t.exposeInt("historyDaysMax", {
      description: "How many days of history a new connection may ask for.",
    }),
    syncEveryHours: t.exposeInt("syncEveryHours", {
      description: "How often a connection is synced when no webhook comes.",
    }),
    isSandbox: t.exposeBoolean("isSandbox", {
      description: "True for the sandbox bank: nothing there is real.",
    }),
  }),
});

const InstitutionRef = builder.objectRef<ProviderInstitution>("Institution").implement({
  description: "A bank, as a provider knows it.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "The provider's id." }),
    name: t.exposeString("name", { description: "What people call it." }),
    colour: t.exposeString("colour", { nullable: true, description: "Its brand's, CSS hex." }),
    countries: t.stringList({
      description: "ISO 3166-1 alpha-2.",
      resolve: ({ countries }) => [...countries],
    }),
  }),
});

builder.queryField("providers", (t) =>
  t.field({
    type: [ProviderRef],
    description: "The providers that this installation offers.",
    resolve: (_root, _args, context) => {
      authorise(viewerOf(context), "bank_connections:read");
      return context.app.providers.all().map(({ description }) => description);
    },
  }),
);

builder.queryField("institutions", (t) =>
  t.field({
    type: [InstitutionRef],
    description: "Banks of a provider, best first. Needs bank_connections:manage.",
    args: {
      provider: t.arg.string({ required: true, description: "The provider's name." }),
      search: t.arg.string({ description: "A part of the bank's name; without it, any." }),
      first: t.arg.int({
        required: true,
        defaultValue: 20,
        description: "How many at most, up to 50.",
      }),
    },
    resolve: (_root, { provider, search, first }, context) =>
      searchInstitutions(context.app, viewerOf(context), {
        provider,
        search: search ?? "",
        count: first,
      }),
  }),
);
