import { batched } from "../../../graphql/batched.ts";
import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { perSize } from "../../../graphql/per-size.ts";
import { FinancialAccountRef } from "../../connections/schema/refs.ts";
import { type AccountStatementMonth, readStatementMonths } from "../read-statement-months.ts";

const StatementState = builder.enumType("StatementState", {
  description: "Where a month's statement stands.",
  values: {
    UPCOMING: { value: "upcoming", description: "The month is not over." },
    DUE: { value: "due", description: "To be brought in, up to the due day." },
    LATE: { value: "late", description: "The due day has passed." },
    DONE: { value: "done", description: "Brought in." },
  } as const,
});

const StatementMonthRef = builder.objectRef<AccountStatementMonth>("StatementMonth").implement({
  description: "A month's statement of an account that is fed by hand.",
  fields: (t) => ({
    month: t.expose("month", { type: "LocalDate", description: "The month's first day." }),
    dueOn: t.expose("dueOn", {
      type: "LocalDate",
      description: "The business day of the next month by which it is due, by the calendar.",
    }),
    state: t.expose("state", { type: StatementState, description: "Where it stands." }),
    uploadedAt: t.expose("uploadedAt", {
      type: "DateTime",
      nullable: true,
      description: "When it was brought in.",
    }),
    uploadedBy: t.exposeString("uploadedBy", {
      nullable: true,
      description: "Who brought it in, as called at the time.",
    }),
    note: t.exposeString("note", { nullable: true, description: "What they noted." }),
  }),
});

const monthsMax = 24;

const monthsOf = perSize((count) =>
  batched((context, ids) => readStatementMonths(context.app, viewerOf(context), ids, count)),
);

builder.objectField(FinancialAccountRef, "statementMonths", (t) =>
  t.field({
    type: [StatementMonthRef],
    description:
      "The months whose statements are brought in by hand, newest first. Empty on other paths, and out of scope.",
    args: {
      first: t.arg.int({
        required: true,
        defaultValue: 6,
        description: `How many at most, up to ${monthsMax}.`,
      }),
    },
    resolve: async ({ id }, { first }, context) =>
      (await monthsOf(Math.min(Math.max(first, 0), monthsMax))(context, id)) ?? [],
  }),
);
