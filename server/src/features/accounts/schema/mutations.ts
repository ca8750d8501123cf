import { localDate } from "../../../core/dates.ts";
import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { ProblemInterface } from "../../../graphql/problems.ts";
import { FinancialAccountKind } from "../../connections/schema/financial-account.ts";
import { FinancialAccountRef } from "../../connections/schema/refs.ts";
import { Conflict, Forbidden, InvalidInput, NotFound } from "../../errors.ts";
import { createFinancialAccount } from "../create-financial-account.ts";
import { LedgerAccountShared } from "../ledger-account-shared.ts";
import { mapFinancialAccount } from "../map-financial-account.ts";
import { recordStatementUpload, withdrawStatementUpload } from "../record-statement-upload.ts";
import { setAccountPath } from "../set-account-path.ts";
import { setAccountScope } from "../set-account-scope.ts";

builder.objectType(LedgerAccountShared, {
  name: "LedgerAccountShared",
  description:
    "Other accounts are mapped to that ledger account already. Ask, then call again with confirmShared.",
  interfaces: [ProblemInterface],
  fields: (t) => ({
    otherAccounts: t.field({
      type: [FinancialAccountRef],
      description: "The accounts that are mapped to it.",
      resolve: ({ otherAccounts }) => [...otherAccounts],
    }),
  }),
});

const FinancialAccountInput = builder.inputType("FinancialAccountInput", {
  description: "An account whose statements are brought in by hand.",
  fields: (t) => ({
    institutionName: t.string({ required: true, description: "The bank where it is held." }),
    name: t.string({ required: true, description: "What its owner calls it." }),
    kind: t.field({
      type: FinancialAccountKind,
      required: true,
      description: "What kind of account it is.",
    }),
    currency: t.string({ required: true, description: "ISO 4217." }),
    mask: t.string({ description: "Its last digits, four at most." }),
    uploadsFrom: t.field({
      type: "LocalDate",
      description: "A day of the first month whose statement is expected; this month if absent.",
    }),
    uploadBusinessDay: t.int({
      description: "By which business day of the next month, 1 to 20; the 5th if absent.",
    }),
  }),
});

const accountId = { required: true, description: "The account's id." } as const;
const month = {
  type: "LocalDate",
  required: true,
  description: "Any day of the month.",
} as const;

builder.mutationFields((t) => ({
  createFinancialAccount: t.field({
    type: FinancialAccountRef,
    errors: { types: [Forbidden, InvalidInput, Conflict] },
    description:
      "Adds an account that no connection feeds: its statements are brought in by hand. Needs bank_connections:manage.",
    args: {
      input: t.arg({ type: FinancialAccountInput, required: true, description: "The account." }),
    },
    resolve: (_root, { input }, context) =>
      createFinancialAccount(context.app, viewerOf(context), {
        ...input,
        uploadsFrom: input.uploadsFrom == null ? null : localDate(input.uploadsFrom),
      }),
  }),
  setAccountPath: t.field({
    type: FinancialAccountRef,
    errors: { types: [Forbidden, NotFound, InvalidInput, Conflict] },
    description:
      "Gives an account that no live connection feeds the manual path, or takes it away. Needs bank_connections:manage.",
    args: {
      id: t.arg.id(accountId),
      manualUpload: t.arg.boolean({
        required: true,
        description: "Whether its statements are brought in by hand.",
      }),
      uploadsFrom: t.arg({
        type: "LocalDate",
        description:
          "A day of the first month whose statement is expected; if absent as before, or this month.",
      }),
      uploadBusinessDay: t.arg.int({
        description: "By which business day of the next month, 1 to 20; if absent as before.",
      }),
    },
    resolve: (_root, { uploadsFrom, ...request }, context) =>
      setAccountPath(context.app, viewerOf(context), {
        ...request,
        uploadsFrom: uploadsFrom == null ? null : localDate(uploadsFrom),
      }),
  }),
  setAccountScope: t.field({
    type: FinancialAccountRef,
    errors: { types: [Forbidden, NotFound] },
    description: "Says whether lines of an account are expected. Needs bank_connections:manage.",
    args: {
      id: t.arg.id(accountId),
      inScope: t.arg.boolean({ required: true, description: "False: nobody expects any." }),
    },
    resolve: (_root, request, context) => setAccountScope(context.app, viewerOf(context), request),
  }),
  mapFinancialAccount: t.field({
    type: FinancialAccountRef,
    errors: { types: [Forbidden, NotFound, InvalidInput, Conflict, LedgerAccountShared] },
    description:
      "Maps an account to the cash or liability account of the chart that it is booked on, or takes the mapping away. " +
      "Needs ledger_accounts:manage.",
    args: {
      id: t.arg.id(accountId),
      ledgerAccountId: t.arg.id({
        description: "The ledger account's id; null takes the mapping away.",
      }),
      confirmShared: t.arg.boolean({
        required: true,
        defaultValue: false,
        description: "That others are mapped to the same is meant.",
      }),
    },
    resolve: (_root, { id, ledgerAccountId, confirmShared }, context) =>
      mapFinancialAccount(context.app, viewerOf(context), {
        id,
        ledgerAccountId: ledgerAccountId ?? null,
        confirmShared,
      }),
  }),
  recordStatementUpload: t.field({
    type: FinancialAccountRef,
    errors: { types: [Forbidden, NotFound, InvalidInput, Conflict] },
    description:
      "Notes that a month's statement was brought in. Again, it changes nothing. Needs bank_connections:manage.",
    args: {
      accountId: t.arg.id(accountId),
      month: t.arg(month),
      note: t.arg.string({ description: "What whoever looks at it later should know." }),
    },
    resolve: (_root, { accountId, month, note }, context) =>
      recordStatementUpload(context.app, viewerOf(context), {
        accountId,
        month: localDate(month),
        note: note ?? null,
      }),
  }),
  withdrawStatementUpload: t.field({
    type: FinancialAccountRef,
    errors: { types: [Forbidden, NotFound] },
    description:
      "Takes back that a month's statement was brought in; the record of it stays. Needs bank_connections:manage.",
    args: { accountId: t.arg.id(accountId), month: t.arg(month) },
    resolve: (_root, { accountId, month }, context) =>
      withdrawStatementUpload(context.app, viewerOf(context), {
        accountId,
        month: localDate(month),
      }),
  }),
}));
