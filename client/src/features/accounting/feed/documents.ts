import { graphql, type ResultOf, type VariablesOf } from "../../../lib/graphql.ts";
import { FeedCountFields, FeedHeadFields } from "../documents.ts";

/** One batch of a feed, as the list and the events tell it. */
export const PushFields = graphql(`
  fragment PushFields on PushOperation {
    __typename
    id
    number
    trigger
    status
    lines
    total { amount currency }
    firstOn
    lastOn
    problem
    retryable
    errors
    warnings
    createdBy
    createdAt
    acceptedAt
    completedAt
  }
`);

export type Push = ResultOf<typeof PushFields>;
export type PushStatus = Push["status"];

export const CheckFields = graphql(`
  fragment CheckFields on FeedCheck {
    __typename
    id
    checkedAt
    pushed
    pushedTotal { amount currency }
    confirmed
    missing
    changed
    unexpected
    outdated
    arrivedTotal { amount currency }
    difference { amount currency }
    agrees
  }
`);

export type FeedCheck = ResultOf<typeof CheckFields>;

/** How a feed stands, with its figures: what every part of its page follows. */
export const FeedFields = graphql(
  `fragment FeedFields on FeedAccount {
    ...FeedHeadFields
    connection {
      id
      companyName
      status
      linkUrl
      package { name label mapsThere readsBack }
    }
    counts { ...FeedCountFields released }
    underWay { ...PushFields }
    lastCheck { ...CheckFields }
  }`,
  [FeedHeadFields, FeedCountFields, PushFields, CheckFields],
);

export type Feed = ResultOf<typeof FeedFields>;

export const FeedDocument = graphql(
  `query FeedAccount($id: ID!) {
    feedAccount(id: $id) { ...FeedFields }
    eventCursor
  }`,
  [FeedFields],
);

/** Needs transactions:read. */
export const UnexpectedLinesDocument = graphql(`
  query FeedUnexpectedLines($id: ID!) {
    feedAccount(id: $id) {
      __typename
      id
      lastCheck {
        __typename
        id
        unexpectedLines {
          __typename
          bookedOn
          amount { amount currency }
          description
        }
      }
    }
  }
`);

/** One bank transaction in one feed: as it goes or went, and as the books have it. */
export const FeedLineFields = graphql(`
  fragment FeedLineFields on FeedLine {
    __typename
    id
    state
    bookedOn
    amount { amount currency }
    balance { amount currency }
    description
    counterpartyName
    reference
    revised
    leftOutBy
    leftOutReason
    problems { severity message }
    arrivedOn
    arrivedAmount { amount currency }
    arrivedDescription
    checkedAt
    operation { id number }
    transaction {
      id
      bookedOn
      description
      counterpartyName
      reference
      amount { amount currency }
    }
  }
`);

export type FeedLine = ResultOf<typeof FeedLineFields>;
export type FeedLineState = FeedLine["state"];

/** It looks at every line of the account: asked only where it is shown. */
export const PreviewDocument = graphql(
  `query FeedPreview($id: ID!, $withLines: Boolean!) {
    feedAccount(id: $id) {
      id
      preview {
        lines
        total { amount currency }
        firstOn
        lastOn
        batches
        held { reason sentence lines firstOn lastOn }
        rules
        obstacle
        sample @include(if: $withLines) { ...FeedLineFields }
      }
    }
  }`,
  [FeedLineFields],
);

export type Preview = NonNullable<ResultOf<typeof PreviewDocument>["feedAccount"]>["preview"];

export const PushesDocument = graphql(
  `query FeedPushes($id: ID!, $first: Int, $after: String) {
    feedAccount(id: $id) {
      id
      operations(first: $first, after: $after) {
        nodes { ...PushFields }
        pageInfo { hasNextPage endCursor }
        totalCount
      }
    }
  }`,
  [PushFields],
);

export const PushDocument = graphql(
  `query FeedPush($id: ID!) {
    pushOperation(id: $id) {
      ...PushFields
      retryOf { id number }
      feed { id }
    }
  }`,
  [PushFields],
);

export const PushLinesDocument = graphql(
  `query FeedPushLines($id: ID!, $first: Int, $after: String, $onlyProblems: Boolean) {
    pushOperation(id: $id) {
      id
      sent(first: $first, after: $after, onlyProblems: $onlyProblems) {
        nodes { ...FeedLineFields }
        pageInfo { hasNextPage endCursor }
        totalCount
      }
    }
  }`,
  [FeedLineFields],
);

export const FeedLinesDocument = graphql(
  `query FeedLines($id: ID!, $first: Int, $after: String, $states: [FeedLineState!]) {
    feedAccount(id: $id) {
      id
      lines(first: $first, after: $after, states: $states) {
        nodes { ...FeedLineFields }
        pageInfo { hasNextPage endCursor }
        totalCount
      }
    }
  }`,
  [FeedLineFields],
);

export const PushFeedDocument = graphql(
  `mutation PushFeed($id: ID!) {
    pushFeed(id: $id) {
      __typename
      ...FeedFields
      ... on Problem { message }
    }
  }`,
  [FeedFields],
);

export const RetryPushDocument = graphql(
  `mutation RetryPush($operationId: ID!) {
    retryPush(operationId: $operationId) {
      __typename
      ...PushFields
      ... on Problem { message }
    }
  }`,
  [PushFields],
);

export const CheckFeedDocument = graphql(
  `mutation CheckFeed($id: ID!) {
    checkFeed(id: $id) {
      __typename
      ...FeedFields
      ... on Problem { message }
    }
  }`,
  [FeedFields],
);

export const ReviseLineDocument = graphql(
  `mutation ReviseFeedLine(
    $feedId: ID!
    $transactionId: ID!
    $description: String
    $counterpartyName: String
    $reference: String
  ) {
    reviseFeedLine(
      feedId: $feedId
      transactionId: $transactionId
      description: $description
      counterpartyName: $counterpartyName
      reference: $reference
    ) {
      __typename
      ...FeedLineFields
      ... on Problem { message }
    }
  }`,
  [FeedLineFields],
);

/** What is sent in place of the bank's words; null: the bank's own. */
export type RevisedWords = Omit<VariablesOf<typeof ReviseLineDocument>, "feedId" | "transactionId">;

export const LeaveOutLineDocument = graphql(
  `mutation LeaveOutFeedLine($feedId: ID!, $transactionId: ID!, $reason: String!) {
    leaveOutFeedLine(feedId: $feedId, transactionId: $transactionId, reason: $reason) {
      __typename
      ...FeedLineFields
      ... on Problem { message }
    }
  }`,
  [FeedLineFields],
);

export const PutBackLineDocument = graphql(
  `mutation PutBackFeedLine($feedId: ID!, $transactionId: ID!) {
    putBackFeedLine(feedId: $feedId, transactionId: $transactionId) {
      __typename
      ...FeedLineFields
      ... on Problem { message }
    }
  }`,
  [FeedLineFields],
);

/** Figures are asked for afterwards, once for many events: each is a count over an account's lines. */
export const FeedChangedDocument = graphql(
  `subscription FeedChanged($connectionId: ID, $after: Cursor) {
    accountingChanged(connectionId: $connectionId, after: $after) {
      cursor
      refetch
      connections { id status linkUrl }
      feeds { id status statusReason targetName }
      operations { ...PushFields feed { id } }
    }
  }`,
  [PushFields],
);
