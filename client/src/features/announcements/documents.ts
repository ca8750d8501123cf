import { graphql, type ResultOf } from "../../lib/graphql.ts";

export const AnnouncementFields = graphql(`
  fragment AnnouncementFields on Announcement {
    id
    kind
    sentence
    connection { id institutionName }
    account { id name }
    announcedAt
  }
`);

export type Announcement = ResultOf<typeof AnnouncementFields>;

export const AnnouncementsDocument = graphql(
  `query Announcements {
    announcements { ...AnnouncementFields }
    eventCursor
  }`,
  [AnnouncementFields],
);

export const AnnouncementsChangedDocument = graphql(
  `subscription AnnouncementsChanged($after: Cursor) {
    announcementsChanged(after: $after) {
      cursor
      refetch
      announcements { ...AnnouncementFields }
    }
  }`,
  [AnnouncementFields],
);

export const DismissAnnouncementDocument = graphql(`
  mutation DismissAnnouncement($id: ID!) {
    dismissAnnouncement(id: $id) {
      __typename
      ... on Announcement { id }
      ... on Problem { message }
    }
  }
`);
