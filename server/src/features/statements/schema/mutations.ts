import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import {
  Conflict,
  FileRefused,
  Forbidden,
  InvalidInput,
  NotFound,
  RateLimited,
} from "../../errors.ts";
import { confirmImport, reasonCharactersMax } from "../confirm-import.ts";
import { decideImport } from "../decide-import.ts";
import { discardImport } from "../discard-import.ts";
import { receiveStatementFile } from "../receive-file.ts";
import { CsvLayoutInput } from "./csv-reading.ts";
import { ImportBatchRef } from "./refs.ts";

const StatementAccountInput = builder.inputType("StatementAccountInput", {
  description: "Whose a statement of a file is.",
  fields: (t) => ({
    position: t.int({ required: true, description: "The statement's place in the file." }),
    accountId: t.id({ required: true, description: "The account's id." }),
  }),
});

const importId = { required: true, description: "The import's id." } as const;
const chosenAccount = {
  description: "The account of lines whose file does not name one that is known.",
} as const;
const chosenLayout = {
  type: CsvLayoutInput,
  description: "CSV: how its columns are read; without it that is found out, or remembered.",
} as const;

builder.mutationFields((t) => ({
  uploadStatementFile: t.field({
    type: ImportBatchRef,
    errors: { types: [Forbidden, NotFound, InvalidInput, FileRefused, RateLimited, Conflict] },
    description:
      "Brings in a statement file: CSV, BAI2, OFX or QFX, CAMT.053 or MT940, up to 100 MiB. Answers as soon as the file " +
      "is here; reading it goes on, and is told by `importBatchesChanged`. Needs statements:import.",
    args: {
      file: t.arg({ type: "Upload", required: true, description: "The file." }),
      accountId: t.arg.id(chosenAccount),
      layout: t.arg(chosenLayout),
      importWhenRead: t.arg.boolean({
        required: true,
        defaultValue: false,
        description: "Write it without another word, if there is nothing to decide.",
      }),
      dryRun: t.arg.boolean({
        required: true,
        defaultValue: false,
        description:
          "Only say what it would do: answers once the file has been read, or after two minutes, and writes nothing.",
      }),
    },
    resolve: (_root, { file, accountId, layout, importWhenRead, dryRun }, context) =>
      receiveStatementFile(
        context.app,
        viewerOf(context),
        {
          fileName: file.fileName,
          accountId: accountId ?? null,
          layout: layout ?? null,
          importWhenRead,
          dryRun,
        },
        file.bytes,
      ),
  }),
  decideImport: t.field({
    type: ImportBatchRef,
    errors: { types: [Forbidden, NotFound, InvalidInput, Conflict] },
    description:
      "Says what a file leaves open: whose lines they are, how its columns are read. What follows from it is worked out " +
      "anew, which `importBatchesChanged` tells. Needs statements:import.",
    args: {
      id: t.arg.id(importId),
      accountId: t.arg.id(chosenAccount),
      layout: t.arg(chosenLayout),
      statementAccounts: t.arg({
        type: [StatementAccountInput],
        description: "Whose the statements of a file of several accounts are.",
      }),
    },
    resolve: (_root, decision, context) => decideImport(context.app, viewerOf(context), decision),
  }),
  confirmImport: t.field({
    type: ImportBatchRef,
    errors: { types: [Forbidden, NotFound, InvalidInput, Conflict] },
    description:
      "Has an import written into the books that waits for this word. While there is something to decide it is refused; " +
      "that figures do not agree is overcome by a reason, and needs statements:accept_unbalanced. Needs statements:import.",
    args: {
      id: t.arg.id(importId),
      unbalancedReason: t.arg.string({
        description: `Why it is taken although figures do not agree, up to ${reasonCharactersMax} characters.`,
      }),
    },
    resolve: (_root, { id, unbalancedReason }, context) =>
      confirmImport(context.app, viewerOf(context), {
        id,
        unbalancedReason: unbalancedReason ?? null,
      }),
  }),
  discardImport: t.field({
    type: ImportBatchRef,
    errors: { types: [Forbidden, NotFound, Conflict] },
    description:
      "Gives up an import of which nothing is written, and its file; one that is being worked on is stopped. Needs " +
      "statements:import.",
    args: { id: t.arg.id(importId) },
    resolve: (_root, request, context) => discardImport(context.app, viewerOf(context), request),
  }),
}));
