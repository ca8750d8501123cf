import { live } from "../../lib/live.svelte.ts";
import { mutateOrToast } from "../../lib/mutate.ts";
import { query } from "../../lib/query.svelte.ts";
import {
  type Announcement,
  AnnouncementsChangedDocument,
  AnnouncementsDocument,
  DismissAnnouncementDocument,
} from "./documents.ts";

export interface Announcements {
  readonly all: Announcement[];
  readonly failed: boolean;
  refetch(): void;
  dismiss(id: string): Promise<void>;
}

/** The open announcements, live. Called once, by the shell; every bell shows the same. */
export function openAnnouncements(allowed: () => boolean): Announcements {
  const result = query(AnnouncementsDocument, () => (allowed() ? {} : null));
  /** What the last event told, which is the whole list; loaded anew, the query's answer counts again. */
  let told = $state.raw<Announcement[]>();
  const dismissed = $state<Record<string, true>>({});

  live(AnnouncementsChangedDocument, {
    variables: () => (allowed() ? {} : null),
    after: () => result.cursor,
    onRefetch: refetch,
    onEvent: ({ announcements }) => (told = announcements),
  });

  function refetch(): void {
    told = undefined;
    result.refetch();
  }

  return {
    get all() {
      const known = told ?? result.data?.announcements ?? [];
      return known.filter(({ id }) => !dismissed[id]);
    },
    get failed() {
      return result.error !== undefined && result.data === undefined;
    },
    refetch,
    async dismiss(id) {
      dismissed[id] = true;
      if (!(await mutateOrToast(DismissAnnouncementDocument, { id }))) delete dismissed[id];
    },
  };
}
