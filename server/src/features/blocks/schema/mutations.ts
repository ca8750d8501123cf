import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { FinancialAccountRef } from "../../connections/schema/refs.ts";
import { Conflict, Forbidden, InvalidInput, NotFound } from "../../errors.ts";
import { archiveBlock } from "../archive-block.ts";
import { createBlock } from "../create-block.ts";
import { renameBlock } from "../rename-block.ts";
import { setAccountBlock } from "../set-account-block.ts";
import { BlockRef } from "./refs.ts";

const blockId = { required: true, description: "The block's id." } as const;
const name = { required: true, description: "What it is called, each name once." } as const;

builder.mutationFields((t) => ({
  createBlock: t.field({
    type: BlockRef,
    errors: { types: [Forbidden, InvalidInput, Conflict] },
    description: "Adds a block. Needs ledger_accounts:manage.",
    args: { name: t.arg.string(name) },
    resolve: (_root, request, context) => createBlock(context.app, viewerOf(context), request),
  }),
  renameBlock: t.field({
    type: BlockRef,
    errors: { types: [Forbidden, NotFound, InvalidInput, Conflict] },
    description: "Gives a block another name. Needs ledger_accounts:manage.",
    args: { id: t.arg.id(blockId), name: t.arg.string(name) },
    resolve: (_root, request, context) => renameBlock(context.app, viewerOf(context), request),
  }),
  archiveBlock: t.field({
    type: BlockRef,
    errors: { types: [Forbidden, NotFound] },
    description:
      "Takes a block out of use: no account is put into it any more, and those in it stay. Needs ledger_accounts:manage.",
    args: { id: t.arg.id(blockId) },
    resolve: (_root, { id }, context) => archiveBlock(context.app, viewerOf(context), id),
  }),
  setAccountBlock: t.field({
    type: FinancialAccountRef,
    errors: { types: [Forbidden, NotFound, Conflict] },
    description:
      "Puts an account into a block, or takes it out of the one that it is in. Needs ledger_accounts:manage.",
    args: {
      accountId: t.arg.id({ required: true, description: "The account's id." }),
      blockId: t.arg.id({ description: "The block's id; null takes it out." }),
    },
    resolve: (_root, { accountId, blockId }, context) =>
      setAccountBlock(context.app, viewerOf(context), { accountId, blockId: blockId ?? null }),
  }),
}));
