import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { pageType } from "../../../graphql/page-type.ts";
import { listPayerRecords, type PayerRecord, payerCursor, rightShare } from "../payer-records.ts";

const PayerRecordRef = builder.objectRef<PayerRecord>("PayerRecord");

PayerRecordRef.implement({
  description: "How often the matches of a payer were right.",
  fields: (t) => ({
    payerText: t.exposeString("payerText", { description: "The payer as the bank wrote it last." }),
    automatic: t.exposeInt("automatic", { description: "Matches made without a person." }),
    kept: t.exposeInt("kept", { description: "Of these, those that stand." }),
    undone: t.exposeInt("undone", {
      description: "Of these, those that somebody undid; not those whose line the bank changed.",
    }),
    manual: t.exposeInt("manual", { description: "Matches that people made, and that stand." }),
    share: t.float({
      nullable: true,
      description: "The share that was kept, 0 to 1; null before there is any.",
      resolve: (record) => rightShare(record),
    }),
    lastOn: t.expose("lastOn", { type: "LocalDate", description: "The day of the last decision." }),
  }),
});

const PayerRecordConnection = pageType(
  "PayerRecord",
  PayerRecordRef,
  { row: "a payer's record", page: "payers, the last decided first" },
  payerCursor,
);

builder.queryField("payerRecords", (t) =>
  t.field({
    type: PayerRecordConnection,
    description: "How often each payer's matches were right. Needs transactions:read.",
    args: {
      first: t.arg.int({ description: "So many, up to 200; 50 if absent." }),
      after: t.arg.string({ description: "A record's cursor: the page begins behind it." }),
      search: t.arg.string({ description: "Text in the payer's name." }),
    },
    resolve: (_root, { first, after, search }, context) =>
      listPayerRecords(context.app, viewerOf(context), {
        page: { first, after },
        search: search ?? null,
      }),
  }),
);
