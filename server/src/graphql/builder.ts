import SchemaBuilder from "@pothos/core";
import DataloaderPlugin from "@pothos/plugin-dataloader";
import ErrorsPlugin from "@pothos/plugin-errors";
import RelayPlugin from "@pothos/plugin-relay";
import type { Context } from "./context.ts";
import type { IncomingUpload } from "./upload.ts";

/** The one schema builder. Each feature's schema.ts adds its types and fields to it; schema.ts prints them all. */
export const builder = new SchemaBuilder<{
  Context: Context;
  DefaultFieldNullability: false;
  DefaultEdgesNullability: { list: false; items: false };
  DefaultNodeNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    /** An exact decimal number as a string: "-1234.56". */
    Decimal: { Input: string; Output: string };
    /** An ISO 8601 day: "2026-11-21". */
    LocalDate: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
    /** A place in the organisation's event log. */
    Cursor: { Input: bigint; Output: bigint };
    /** A file of a multipart request. */
    Upload: { Input: IncomingUpload; Output: never };
  };
}>({
  plugins: [ErrorsPlugin, RelayPlugin, DataloaderPlugin],
  defaultFieldNullability: false,
  errors: {
    // A mutation answers its own type or one of the problems it names: `union ConfirmMatchResult = ConfirmedMatch | ...`.
    directResult: true,
    defaultTypes: [],
    defaultUnionOptions: {
      name: ({ fieldName }) => `${fieldName.charAt(0).toUpperCase()}${fieldName.slice(1)}Result`,
      description: "What was done, or why it was not.",
    },
  },
  relay: {
    cursorType: "String",
    nodeQueryOptions: false,
    nodesQueryOptions: false,
    edgesFieldOptions: {
      nullable: { list: false, items: false },
      description: "The rows with their cursors.",
    },
    nodesOnConnection: { description: "The rows." },
    nodeFieldOptions: { nullable: false, description: "The row." },
    cursorFieldOptions: { description: "The row's place in the list. Opaque." },
    pageInfoFieldOptions: { description: "Where this page stands in the list." },
    pageInfoTypeOptions: { description: "Where a page stands in its list." },
    hasNextPageFieldOptions: { description: "Whether rows follow this page." },
    hasPreviousPageFieldOptions: { description: "Whether rows precede this page." },
    startCursorFieldOptions: { description: "The cursor of the first row." },
    endCursorFieldOptions: { description: "The cursor of the last row." },
    firstArgOptions: { description: "So many rows from the start, or after `after`." },
    afterArgOptions: { description: "A row's cursor: the page begins behind it." },
    lastArgOptions: { description: "So many rows from the end, or before `before`." },
    beforeArgOptions: { description: "A row's cursor: the page ends in front of it." },
  },
});

builder.queryType({ description: "What can be read." });
builder.mutationType({
  description: "What can be done. Each answers its result or a typed problem.",
});
builder.subscriptionType({
  description:
    "What happens, live. Each takes the last cursor seen and first answers what was missed since, in order. " +
    "An event whose `refetch` is true says that the log no longer reaches back that far: load again.",
});
