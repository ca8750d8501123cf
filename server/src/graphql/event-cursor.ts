import { type DocumentNode, Kind, visit } from "graphql";
import { builder } from "./builder.ts";
import { type Context, viewerOf } from "./context.ts";

const readFirst = new WeakMap<Context, Promise<bigint>>();
const asking = new WeakMap<DocumentNode, boolean>();

/**
 * Reads where the log ends before anything else of a document that asks for it. Read beside the rest, it could be of
 * a moment after the rest was read: who then subscribes after it would never be told of what happened in between.
 */
export async function readEventCursorFirst(
  document: DocumentNode,
  context: Context,
): Promise<void> {
  if (context.viewer === null || !asksForCursor(document)) return;
  const cursor = context.app.hub.cursor(context.viewer.organisationId);
  readFirst.set(context, cursor);
  // A failure is the field's, which waits for the same promise.
  await cursor.catch(() => {});
}

function asksForCursor(document: DocumentNode): boolean {
  const known = asking.get(document);
  if (known !== undefined) return known;
  let found = false;
  visit(document, {
    [Kind.FIELD]: ({ name }) => {
      if (name.value === "eventCursor") found = true;
    },
  });
  asking.set(document, found);
  return found;
}

builder.queryField("eventCursor", (t) =>
  t.field({
    type: "Cursor",
    description:
      "Where the organisation's event log ended before the rest of the query was read. Ask for it beside what you " +
      "load, and subscribe after it: nothing between the two is missed.",
    resolve: (_root, _args, context) =>
      readFirst.get(context) ?? context.app.hub.cursor(viewerOf(context).organisationId),
  }),
);
