import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { Conflict, Forbidden, InvalidInput, NotFound } from "../../errors.ts";
import { BankTransactionRef } from "../../transactions/schema/refs.ts";
import { confirmTransfer } from "../transfers/confirm-transfer.ts";
import { declineTransfer } from "../transfers/decline-transfer.ts";
import { undoTransfer } from "../transfers/undo-transfer.ts";
import { TransferRef } from "./transfer.ts";

const out = { required: true, description: "The bank transaction that went out." } as const;
const into = { required: true, description: "The bank transaction that came in." } as const;

builder.mutationFields((t) => ({
  confirmTransfer: t.field({
    type: TransferRef,
    errors: { types: [Forbidden, NotFound, InvalidInput, Conflict] },
    description:
      "Says that two bank transactions are one transfer between own accounts: both are excluded. Needs reconciliation:match.",
    args: { outTransactionId: t.arg.id(out), inTransactionId: t.arg.id(into) },
    resolve: (_root, pair, context) => confirmTransfer(context.app, viewerOf(context), pair),
  }),
  undoTransfer: t.field({
    type: TransferRef,
    errors: { types: [Forbidden, NotFound, InvalidInput, Conflict] },
    description:
      "Undoes a transfer: its bank transactions come back in, and the pair is not found again unless that is said. Needs reconciliation:match.",
    args: {
      id: t.arg.id({ required: true, description: "The transfer's id." }),
      reason: t.arg.string({ description: "Why." }),
      maySuggestAgain: t.arg.boolean({
        description:
          "Whether the pair may be found again: who takes back a slip has not said that it is none. Not, when it is left out.",
      }),
    },
    resolve: (_root, { id, reason, maySuggestAgain }, context) =>
      undoTransfer(context.app, viewerOf(context), {
        ...{ id, reason: reason ?? null, maySuggestAgain: maySuggestAgain ?? false },
      }),
  }),
  declineTransfer: t.field({
    type: BankTransactionRef,
    errors: { types: [Forbidden, NotFound, InvalidInput, Conflict] },
    description:
      "Says that two bank transactions are no transfer: they are not found or suggested as one again, until a person confirms it. Answers the one that went out. Needs reconciliation:match.",
    args: { outTransactionId: t.arg.id(out), inTransactionId: t.arg.id(into) },
    resolve: (_root, pair, context) => declineTransfer(context.app, viewerOf(context), pair),
  }),
}));
