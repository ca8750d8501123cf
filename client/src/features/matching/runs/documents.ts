import { graphql, type ResultOf } from "../../../lib/graphql.ts";
import { EvidenceFields } from "../../reconciliation/fragments.ts";
import { ItemSideFields, LineSideFields } from "../sides.ts";

export const RunFields = graphql(`
  fragment RunFields on MatchingRun {
    __typename
    id
    trigger
    status
    step
    progress
    transactions
    items
    matched
    live
    ruled
    transfers
    overtaken
    boundedGroups
    failure
    requestedBy
    startedAt
    finishedAt
    undoneAt
    undoneBy
    profiles { family name version }
  }
`);

export type Run = ResultOf<typeof RunFields>;

export const RunsDocument = graphql(
  `query MatchingRuns($first: Int, $after: String) {
    matchingRuns(first: $first, after: $after) {
      nodes { ...RunFields }
      pageInfo { hasNextPage endCursor }
      totalCount
    }
    eventCursor
  }`,
  [RunFields],
);

export const RunDocument = graphql(
  `query MatchingRun($id: ID!) {
    matchingRun(id: $id) { ...RunFields }
    eventCursor
  }`,
  [RunFields],
);

const RunMatchFields = graphql(
  `fragment RunMatchFields on Match {
    __typename
    id
    score
    voidedAt
    voidedBy
    voidReason
    evidence { ...EvidenceFields }
    payments {
      id
      kind
      amount { amount currency }
      transactionAmount { amount currency }
      transaction { ...LineSideFields }
      openItem { ...ItemSideFields }
    }
  }`,
  [EvidenceFields, LineSideFields, ItemSideFields],
);

export type RunMatch = ResultOf<typeof RunMatchFields>;

export const RunMatchesDocument = graphql(
  `query MatchingRunMatches($id: ID!, $first: Int, $after: String) {
    matchingRun(id: $id) {
      id
      matches(first: $first, after: $after) {
        nodes { ...RunMatchFields }
        pageInfo { hasNextPage endCursor }
        totalCount
      }
    }
  }`,
  [RunMatchFields],
);

export const RunsChangedDocument = graphql(
  `subscription MatchingRunsChanged($after: Cursor) {
    matchingChanged(after: $after) {
      cursor
      refetch
      runs { ...RunFields }
    }
  }`,
  [RunFields],
);

export const MatchNowDocument = graphql(
  `mutation MatchNow {
    matchNow {
      __typename
      ...RunFields
      ... on Problem { message }
    }
  }`,
  [RunFields],
);
