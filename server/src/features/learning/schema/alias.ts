import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { pageType } from "../../../graphql/page-type.ts";
import { Forbidden, NotFound } from "../../errors.ts";
import { type Alias, aliasCursor, listAliases } from "../alias.ts";
import { restoreAlias, revokeAlias } from "../revoke-alias.ts";

const AliasRef = builder.objectRef<Alias>("Alias");

AliasRef.implement({
  description: "That a payer's text is a client, learned from matches that people made.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "Its id." }),
    payerText: t.exposeString("payerText", {
      description:
        "The payer as the bank wrote it when it was learned. Compared without case and legal form.",
    }),
    clientName: t.exposeString("clientName", { description: "Which client it is." }),
    confirmations: t.exposeInt("confirmations", {
      description: "How many matches by hand said so and still stand.",
    }),
    learnedBy: t.exposeString("learnedBy", {
      description: "Who made the first of them, as called at the time.",
    }),
    learnedAt: t.expose("learnedAt", { type: "DateTime", description: "When." }),
    lastConfirmedAt: t.expose("lastConfirmedAt", {
      type: "DateTime",
      description: "When the last of them was made.",
    }),
    revokedAt: t.expose("revokedAt", {
      type: "DateTime",
      nullable: true,
      description: "Since when deciding does not look at it.",
    }),
    revokedBy: t.exposeString("revokedBy", { nullable: true, description: "Who took it back." }),
  }),
});

const AliasConnection = pageType(
  "Alias",
  AliasRef,
  { row: "a learned name", page: "learned names, by payer" },
  aliasCursor,
);

builder.queryField("aliases", (t) =>
  t.field({
    type: AliasConnection,
    description: "What was learned of payers' names. Needs transactions:read.",
    args: {
      first: t.arg.int({ description: "So many, up to 200; 50 if absent." }),
      after: t.arg.string({ description: "A learned name's cursor: the page begins behind it." }),
      search: t.arg.string({ description: "Text in the payer's or the client's name." }),
      includeRevoked: t.arg.boolean({
        required: true,
        defaultValue: false,
        description: "Those that were taken back, too.",
      }),
    },
    resolve: (_root, { first, after, search, includeRevoked }, context) =>
      listAliases(context.app, viewerOf(context), {
        page: { first, after },
        search: search ?? null,
        includeRevoked,
      }),
  }),
);

const aliasId = { required: true, description: "The learned name's id." } as const;

builder.mutationFields((t) => ({
  revokeAlias: t.field({
    type: AliasRef,
    errors: { types: [Forbidden, NotFound] },
    description:
      "Takes back that a payer is a client, for good: later matches do not bring it back. What was matched by it stays. Needs matching:manage.",
    args: { id: t.arg.id(aliasId) },
    resolve: (_root, { id }, context) => revokeAlias(context.app, viewerOf(context), id),
  }),
  restoreAlias: t.field({
    type: AliasRef,
    errors: { types: [Forbidden, NotFound] },
    description: "Takes it up again that a payer is a client. Needs matching:manage.",
    args: { id: t.arg.id(aliasId) },
    resolve: (_root, { id }, context) => restoreAlias(context.app, viewerOf(context), id),
  }),
}));
