import type { LedgerImportProblem } from "../../../core/ledger-import.ts";
import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { Conflict, Forbidden, InvalidInput, NotFound } from "../../errors.ts";
import { archiveLedgerAccount, restoreLedgerAccount } from "../archive-ledger-account.ts";
import { createLedgerAccount } from "../create-ledger-account.ts";
import { importLedgerAccounts, type LedgerAccountImport } from "../import-ledger-accounts.ts";
import { updateLedgerAccount } from "../update-ledger-account.ts";
import { LedgerAccountKindType } from "./ledger-account.ts";
import { LedgerAccountRef } from "./refs.ts";

const LedgerAccountInput = builder.inputType("LedgerAccountInput", {
  description: "An account of the chart of accounts.",
  fields: (t) => ({
    number: t.string({ required: true, description: "Up to 20 characters, each number once." }),
    name: t.string({ required: true, description: "What it is called." }),
    kind: t.field({
      type: LedgerAccountKindType,
      required: true,
      description: "What kind it is. Accounts at banks are mapped to cash and to liabilities.",
    }),
    currency: t.string({ description: "ISO 4217; without one it holds any currency." }),
  }),
});

const LedgerImportProblemRef = builder
  .objectRef<LedgerImportProblem>("LedgerImportProblem")
  .implement({
    description: "Why a line of the file cannot be taken.",
    fields: (t) => ({
      line: t.exposeInt("line", { description: "The line of the file, from 1." }),
      message: t.exposeString("message", { description: "A sentence, for people." }),
    }),
  });

const LedgerAccountImportRef = builder
  .objectRef<LedgerAccountImport>("LedgerAccountImport")
  .implement({
    description:
      "What an import did, or with `dryRun` would do. When there are problems nothing is written and the counts are 0.",
    fields: (t) => ({
      created: t.exposeInt("created", { description: "How many were new." }),
      updated: t.exposeInt("updated", { description: "How many were there and have changed." }),
      unchanged: t.exposeInt("unchanged", { description: "How many were there, just so." }),
      problems: t.field({
        type: [LedgerImportProblemRef],
        description: "All that is wrong with the file, by line.",
        resolve: ({ problems }) => [...problems],
      }),
    }),
  });

const ledgerAccountId = { required: true, description: "The ledger account's id." } as const;

builder.mutationFields((t) => ({
  createLedgerAccount: t.field({
    type: LedgerAccountRef,
    errors: { types: [Forbidden, InvalidInput, Conflict] },
    description: "Adds an account to the chart. Needs ledger_accounts:manage.",
    args: {
      input: t.arg({ type: LedgerAccountInput, required: true, description: "What to add." }),
    },
    resolve: (_root, { input }, context) =>
      createLedgerAccount(context.app, viewerOf(context), input),
  }),
  updateLedgerAccount: t.field({
    type: LedgerAccountRef,
    errors: { types: [Forbidden, NotFound, InvalidInput, Conflict] },
    description:
      "Changes an account of the chart; what is mapped to it must still fit. Needs ledger_accounts:manage.",
    args: {
      id: t.arg.id(ledgerAccountId),
      input: t.arg({ type: LedgerAccountInput, required: true, description: "All of it." }),
    },
    resolve: (_root, { id, input }, context) =>
      updateLedgerAccount(context.app, viewerOf(context), { id, input }),
  }),
  archiveLedgerAccount: t.field({
    type: LedgerAccountRef,
    errors: { types: [Forbidden, NotFound, Conflict] },
    description:
      "Takes an account to which nothing is mapped out of the chart's use. Needs ledger_accounts:manage.",
    args: { id: t.arg.id(ledgerAccountId) },
    resolve: (_root, { id }, context) => archiveLedgerAccount(context.app, viewerOf(context), id),
  }),
  restoreLedgerAccount: t.field({
    type: LedgerAccountRef,
    errors: { types: [Forbidden, NotFound] },
    description: "Takes an archived account back into use. Needs ledger_accounts:manage.",
    args: { id: t.arg.id(ledgerAccountId) },
    resolve: (_root, { id }, context) => restoreLedgerAccount(context.app, viewerOf(context), id),
  }),
  importLedgerAccounts: t.field({
    type: LedgerAccountImportRef,
    errors: { types: [Forbidden, Conflict] },
    description:
      "Brings the chart up to date with a CSV file, all or nothing: a header with number, name, kind and, if there are " +
      "any, currency, in any order; commas, semicolons or tabs. Accounts are known by their number; none is taken away, " +
      "and the same file again changes nothing. Needs ledger_accounts:manage.",
    args: {
      csv: t.arg.string({ required: true, description: "The file's text." }),
      dryRun: t.arg.boolean({
        required: true,
        defaultValue: false,
        description: "Only say what it would do.",
      }),
    },
    resolve: (_root, { csv, dryRun }, context) =>
      importLedgerAccounts(context.app, viewerOf(context), { csv, dryRun }),
  }),
}));
