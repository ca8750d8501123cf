import type { LoadedRows, RowProblem } from "../features/loaded-rows.ts";
import { builder } from "./builder.ts";

const RowProblemType = builder.objectRef<RowProblem>("RowProblem").implement({
  description: "Why a row of a file was not taken.",
  fields: (t) => ({
    row: t.exposeInt("row", { description: "Its line in the file, from 1." }),
    field: t.exposeString("field", { nullable: true, description: "Which of its fields." }),
    message: t.exposeString("message", { description: "A sentence, for people." }),
  }),
});

/** For every mutation that loads rows of a file. */
export const LoadedRowsType = builder.objectRef<LoadedRows>("LoadedRows").implement({
  description: "What became of a file of rows, or would become of it.",
  fields: (t) => ({
    created: t.exposeInt("created", { description: "How many were new." }),
    updated: t.exposeInt("updated", { description: "How many were there and have changed." }),
    unchanged: t.exposeInt("unchanged", { description: "How many were there, just so." }),
    problems: t.field({
      type: [RowProblemType],
      description: "The rows that were not taken.",
      resolve: ({ problems }) => [...problems],
    }),
    preview: t.field({
      type: t.listRef(t.listRef("String")),
      description: "The names of the columns, and then the first rows as they were read.",
      resolve: ({ preview }) => preview.map((cells) => [...cells]),
    }),
  }),
});
