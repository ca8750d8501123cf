import type { SyncRun } from "../../../generated/prisma/client.ts";
import { batched } from "../../../graphql/batched.ts";
import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { readSyncRuns } from "../read-history.ts";

const SyncRunStatus = builder.enumType("SyncRunStatus", {
  description: "How a sync stands.",
  values: {
    RUNNING: { value: "running", description: "Under way, or waiting for the provider." },
    SUCCEEDED: { value: "succeeded", description: "All that the provider had is here." },
    FAILED: { value: "failed", description: "Nothing of it was kept." },
  } as const,
});

const triggers = {
  INITIAL: { value: "initial", description: "The bank was connected." },
  MANUAL: { value: "manual", description: "Somebody asked." },
  WEBHOOK: { value: "webhook", description: "The provider said that there is news." },
  SCHEDULED: { value: "scheduled", description: "Some hours have passed." },
  RETRY: { value: "retry", description: "The one before could not be finished." },
  PUSH: { value: "push", description: "The bank's side posted a batch." },
} as const;

const SyncTrigger = builder.enumType("SyncTrigger", {
  description: "What began a sync.",
  values: triggers,
});

type Trigger = (typeof triggers)[keyof typeof triggers]["value"];

export const SyncRunRef = builder.objectRef<SyncRun>("SyncRun").implement({
  description: "One pull from a provider. While it runs, the counts are of what was read so far.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "Its id." }),
    connectionId: t.exposeID("connectionId", { description: "The bank connection's id." }),
    trigger: t.field({
      type: SyncTrigger,
      description: "What began it.",
      resolve: ({ trigger }) => trigger as Trigger,
    }),
    status: t.expose("status", { type: SyncRunStatus, description: "How it stands." }),
    pages: t.exposeInt("pages", { description: "Pages read." }),
    added: t.exposeInt("added", { description: "Transactions that are new." }),
    modified: t.exposeInt("modified", { description: "Transactions that changed." }),
    removed: t.exposeInt("removed", { description: "Transactions that the bank took back." }),
    problem: t.exposeString("errorMessage", {
      nullable: true,
      description: "Why it failed, or what could not be read, as a sentence.",
    }),
    startedAt: t.expose("startedAt", { type: "DateTime", description: "When it began." }),
    finishedAt: t.expose("finishedAt", {
      type: "DateTime",
      nullable: true,
      description: "When it ended.",
    }),
  }),
});

/** One sync run by id, for live events. */
export const loadSyncRun = batched((context, ids) =>
  readSyncRuns(context.app, viewerOf(context), ids),
);
