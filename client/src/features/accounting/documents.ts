import { graphql, type ResultOf } from "../../lib/graphql.ts";

export const PackageFields = graphql(`
  fragment PackageFields on AccountingPackage {
    __typename
    platform
    name
    label
    connectionMethod
    mapsThere
    readsBack
    hasDocuments
    takesPayments
    fileTargets
    daysBackMax
    rules
  }
`);

/** How a feed is shown wherever it is named, without its figures. */
export const FeedHeadFields = graphql(`
  fragment FeedHeadFields on FeedAccount {
    __typename
    id
    account { id name mask kind currency institutionName institutionColour }
    status
    statusReason
    targetName
    targetIsNew
    feedStartOn
    pushMode
    pushEveryHours
    nextPushAt
    lastPushedOn
    lastPushedAt
    createdBy
    createdAt
    disconnectedAt
  }
`);

/** How many lines of a feed are in which state: each a count over an account's lines. */
export const FeedCountFields = graphql(`
  fragment FeedCountFields on FeedCounts {
    due
    dueTotal { amount currency }
    underWay
    pushed
    confirmed
    missing
    changed
    rejected
    leftOut
  }
`);

export const FeedRowFields = graphql(
  `fragment FeedRowFields on FeedAccount {
    ...FeedHeadFields
    counts { ...FeedCountFields }
    underWay { id number status lines createdAt }
    lastCheck { id checkedAt agrees difference { amount currency } }
  }`,
  [FeedHeadFields, FeedCountFields],
);

/** How access to a company's books is shown wherever it is named, without its feeds. */
export const BooksHeadFields = graphql(
  `fragment BooksHeadFields on AccountingConnection {
    __typename
    id
    package { ...PackageFields }
    companyName
    status
    statusReason
    linkUrl
    actions
    pullsDocuments
    documentsPulledAt
    sendsPayments
    createdBy
    createdAt
    linkedAt
    disconnectedAt
  }`,
  [PackageFields],
);

export const BooksFields = graphql(
  `fragment BooksFields on AccountingConnection {
    ...BooksHeadFields
    feeds { ...FeedRowFields }
  }`,
  [BooksHeadFields, FeedRowFields],
);

export type Package = ResultOf<typeof PackageFields>;
export type FeedHead = ResultOf<typeof FeedHeadFields>;
export type Feed = ResultOf<typeof FeedRowFields>;
/** Access to one company's books, without its feeds. */
export type BooksHead = ResultOf<typeof BooksHeadFields>;
export type Books = ResultOf<typeof BooksFields>;

export const AccountingDocument = graphql(
  `query Accounting {
    accountingConnections { ...BooksFields }
    all: accountingConnections(disconnected: true) {
      id
      companyName
      status
      disconnectedAt
      package { label }
    }
    eventCursor
  }`,
  [BooksFields],
);

export type GoneBooks = ResultOf<typeof AccountingDocument>["all"][number];

export const BooksDocument = graphql(
  `query AccountingConnection($id: ID!) {
    accountingConnection(id: $id) { ...BooksFields filesAt }
    eventCursor
  }`,
  [BooksFields],
);

export const ConnectBooksDocument = graphql(
  `query ConnectBooks {
    accountingPlatforms {
      name
      label
      isSandbox
      packages { ...PackageFields }
    }
    accountingConnections { ...BooksHeadFields }
  }`,
  [PackageFields, BooksHeadFields],
);

export type Platform = ResultOf<typeof ConnectBooksDocument>["accountingPlatforms"][number];

export const StartBooksDocument = graphql(
  `mutation StartAccountingConnection(
    $platform: String!
    $package: String!
    $companyName: String!
    $fileTarget: FileTargetInput
  ) {
    startAccountingConnection(
      platform: $platform
      package: $package
      companyName: $companyName
      fileTarget: $fileTarget
    ) {
      __typename
      ... on StartedAccountingConnection { linkUrl connection { ...BooksHeadFields } }
      ... on InvalidInputProblem { field }
      ... on Problem { message }
    }
  }`,
  [BooksHeadFields],
);

export const CompleteBooksDocument = graphql(
  `mutation CompleteAccountingConnection($query: String!) {
    completeAccountingConnection(query: $query) {
      __typename
      ...BooksFields
      ... on Problem { message }
    }
  }`,
  [BooksFields],
);

export const RefreshBooksDocument = graphql(
  `mutation RefreshAccountingConnection($id: ID!) {
    refreshAccountingConnection(id: $id) {
      __typename
      ...BooksFields
      ... on Problem { message }
    }
  }`,
  [BooksFields],
);

export const ReconnectBooksDocument = graphql(
  `mutation ReconnectAccountingConnection($id: ID!) {
    reconnectAccountingConnection(id: $id) {
      __typename
      ... on StartedAccountingConnection { linkUrl connection { ...BooksHeadFields } }
      ... on Problem { message }
    }
  }`,
  [BooksHeadFields],
);

export const DisconnectBooksDocument = graphql(
  `mutation DisconnectAccountingConnection($id: ID!) {
    disconnectAccountingConnection(id: $id) {
      __typename
      ...BooksHeadFields
      ... on Problem { message }
    }
  }`,
  [BooksHeadFields],
);

export const SetBooksOptionsDocument = graphql(
  `mutation SetAccountingOptions($id: ID!, $pullsDocuments: Boolean, $sendsPayments: Boolean) {
    setAccountingOptions(id: $id, pullsDocuments: $pullsDocuments, sendsPayments: $sendsPayments) {
      __typename
      ...BooksHeadFields
      ... on Problem { message }
    }
  }`,
  [BooksHeadFields],
);

export const PullDocumentsDocument = graphql(
  `mutation PullAccountingDocuments($id: ID!) {
    pullAccountingDocuments(id: $id) {
      __typename
      ...BooksHeadFields
      ... on Problem { message }
    }
  }`,
  [BooksHeadFields],
);

/** What a bank account can be chosen from, to feed these books. */
export const FeedAccountsDocument = graphql(`
  query FeedAccounts {
    financialAccounts {
      id
      name
      mask
      kind
      currency
      inScope
      closedAt
      institutionName
      institutionColour
    }
  }
`);

export type FeedingAccount = ResultOf<typeof FeedAccountsDocument>["financialAccounts"][number];

export const TargetsDocument = graphql(`
  query AccountingTargets($connectionId: ID!) {
    accountingTargets(connectionId: $connectionId) {
      externalId
      name
      number
      currency
      balance { amount currency }
      fedBy { id account { id name mask } }
    }
  }
`);

export type Target = ResultOf<typeof TargetsDocument>["accountingTargets"][number];

export const OpenFeedDocument = graphql(
  `mutation OpenFeed(
    $connectionId: ID!
    $accountId: ID!
    $target: FeedTargetInput
    $feedStartOn: LocalDate!
    $pushMode: PushMode!
    $pushEveryHours: Int
  ) {
    openFeed(
      connectionId: $connectionId
      accountId: $accountId
      target: $target
      feedStartOn: $feedStartOn
      pushMode: $pushMode
      pushEveryHours: $pushEveryHours
    ) {
      __typename
      ...FeedHeadFields
      ... on InvalidInputProblem { field }
      ... on Problem { message }
    }
  }`,
  [FeedHeadFields],
);

export const ChangeFeedDocument = graphql(
  `mutation ChangeFeed($id: ID!, $pushMode: PushMode!, $pushEveryHours: Int) {
    changeFeed(id: $id, pushMode: $pushMode, pushEveryHours: $pushEveryHours) {
      __typename
      ...FeedHeadFields
      ... on InvalidInputProblem { field }
      ... on Problem { message }
    }
  }`,
  [FeedHeadFields],
);

export const CloseFeedDocument = graphql(
  `mutation CloseFeed($id: ID!) {
    closeFeed(id: $id) {
      __typename
      ...FeedHeadFields
      ... on Problem { message }
    }
  }`,
  [FeedHeadFields],
);

/** Figures are asked for afterwards, once for many events: each is a count over an account's lines. */
export const AccountingChangedDocument = graphql(
  `subscription AccountingChanged($after: Cursor, $connectionId: ID) {
    accountingChanged(after: $after, connectionId: $connectionId) {
      cursor
      refetch
      connections { ...BooksHeadFields }
      feeds { ...FeedHeadFields }
      operations { id feed { id } status }
    }
  }`,
  [BooksHeadFields, FeedHeadFields],
);
