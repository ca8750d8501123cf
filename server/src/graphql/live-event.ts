import type { EventStream, StreamedEvent } from "../events/stream.ts";
import type { DomainEvent, Topic } from "../events/topics.ts";
import type { Permission } from "../features/permissions.ts";
import { authorise } from "../features/viewer.ts";
import { builder } from "./builder.ts";
import { type Context, viewerOf } from "./context.ts";

/** What every subscription's type has; the rest is what it says of the event. */
export const LiveEvent = builder.interfaceRef<StreamedEvent>("LiveEvent").implement({
  description: "What every live event says.",
  fields: (t) => ({
    cursor: t.field({
      type: "Cursor",
      description: "Where in the log this is. Subscribe again after it, and nothing is missed.",
      resolve: ({ seq }) => seq,
    }),
    refetch: t.boolean({
      description:
        "True when the log no longer reaches back to the cursor given, or there was too much to tell: load again. " +
        "The rest of this event is then empty.",
      resolve: ({ kind }) => kind === "refetch",
    }),
  }),
});

/** The argument that every subscription has. */
export const afterArg = {
  type: "Cursor",
  description: "The cursor of the last event seen, or of `eventCursor`; without it, from now on.",
} as const;

export interface Following {
  readonly permissions: readonly Permission[];
  readonly after: bigint | null | undefined;
  readonly accepts: (event: DomainEvent) => boolean;
  readonly latestOnly?: boolean;
}

/** Follows the viewer's organisation. @throws NotSignedIn, Forbidden */
export function follow(context: Context, following: Following): EventStream {
  const { permissions, after, accepts, latestOnly } = following;
  const viewer = viewerOf(context);
  for (const permission of permissions) authorise(viewer, permission);
  return context.app.hub.follow(viewer.organisationId, {
    after: after ?? null,
    accepts,
    latestOnly,
  });
}

/** The event, where it is of this topic; null also for a `refetch`. */
export function eventOf<Name extends Topic>(
  streamed: StreamedEvent,
  topic: Name,
): Extract<DomainEvent, { topic: Name }> | null {
  if (streamed.kind === "refetch" || streamed.event.topic !== topic) return null;
  return streamed.event as Extract<DomainEvent, { topic: Name }>;
}

/** What the ids name, in their order. */
export async function loadAll<Value>(
  ids: readonly string[] = [],
  load: (id: string) => Promise<Value | undefined>,
): Promise<Value[]> {
  const found = await Promise.all(ids.map(load));
  return found.filter((value) => value !== undefined);
}

/** Ids are compared as the database does, which takes them in any case. */
export function isAsked(id: string, asked: string | null | undefined): boolean {
  return asked === null || asked === undefined || asked.toLowerCase() === id;
}
