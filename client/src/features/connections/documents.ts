import { graphql, type ResultOf } from "../../lib/graphql.ts";

export const SyncRunFields = graphql(`
  fragment SyncRunFields on SyncRun {
    id
    connectionId
    trigger
    status
    pages
    added
    modified
    removed
    problem
    startedAt
    finishedAt
  }
`);

export const AccountFields = graphql(`
  fragment AccountFields on FinancialAccount {
    id
    name
    officialName
    kind
    mask
    currency
    balance { amount currency }
    availableBalance { amount currency }
    balanceAsOf
    closedAt
    unreconciledCount
    path
    inScope
    ledgerAccount { id number name }
  }
`);

export const ConnectionFields = graphql(
  `fragment ConnectionFields on BankConnection {
    __typename
    id
    provider { name label kind supportsWebhooks supportsRefresh isSandbox }
    institutionName
    institutionColour
    status
    statusReason
    nextStep
    actions
    hostedLinkUrl
    accounts { ...AccountFields }
    lastSyncAt
    successfullyAggregatedAt
    nextSyncAt
    nextRefreshAt
    historyDays
    consentDaysLeft
    consentExpiresAt
    stale
    createdAt
    deletedAt
    consentRevokedAt
    currentSync { ...SyncRunFields }
  }`,
  [AccountFields, SyncRunFields],
);

export type Connection = ResultOf<typeof ConnectionFields>;
export type Account = ResultOf<typeof AccountFields>;
export type SyncRun = ResultOf<typeof SyncRunFields>;

export const ConnectionsDocument = graphql(
  `query Connections($includeDeleted: Boolean!) {
    bankConnections(includeDeleted: $includeDeleted) { ...ConnectionFields }
    financialAccounts {
      id
      name
      mask
      kind
      currency
      path
      inScope
      closedAt
      institutionName
      institutionColour
    }
    eventCursor
  }`,
  [ConnectionFields],
);

export type ListedAccount = ResultOf<typeof ConnectionsDocument>["financialAccounts"][number];

export const ConnectionDocument = graphql(
  `query Connection($id: ID!) {
    bankConnection(id: $id) {
      ...ConnectionFields
      accounts { id balanceHistory(days: 90) { day balance { amount currency } } }
      syncRuns(first: 12) { ...SyncRunFields }
      statusChanges(first: 20) { id from to cause sentence reason at }
    }
    ledgerAccounts { id number name kind currency archivedAt }
    eventCursor
  }`,
  [ConnectionFields, SyncRunFields],
);

export type ConnectionDetails = NonNullable<ResultOf<typeof ConnectionDocument>["bankConnection"]>;
export type DetailedAccount = ConnectionDetails["accounts"][number];

export const WebhookTalliesDocument = graphql(`
  query WebhookTallies($provider: String) {
    webhookTallies(provider: $provider) { provider day outcome count }
  }
`);

export const ConnectPageDocument = graphql(`
  query ConnectPage {
    providers {
      name
      label
      kind
      countries
      connectionMethod
      supportsWebhooks
      supportsRefresh
      historyDaysMax
      syncEveryHours
      isSandbox
    }
    bankConnections { id institutionName institutionColour status actions hostedLinkUrl createdAt }
  }
`);

export type Provider = ResultOf<typeof ConnectPageDocument>["providers"][number];
export type BegunConnection = ResultOf<typeof ConnectPageDocument>["bankConnections"][number];

export const InstitutionsDocument = graphql(`
  query Institutions($provider: String!, $search: String) {
    institutions(provider: $provider, search: $search, first: 20) { id name colour countries }
  }
`);

export type Institution = ResultOf<typeof InstitutionsDocument>["institutions"][number];

export const StartConnectionDocument = graphql(`
  mutation StartBankConnection($provider: String!, $institutionId: ID, $historyDays: Int) {
    startBankConnection(
      provider: $provider
      institutionId: $institutionId
      historyDays: $historyDays
    ) {
      __typename
      ... on StartedBankConnection { hostedLinkUrl connection { id } }
      ... on Problem { message }
    }
  }
`);

export const CompleteConnectionDocument = graphql(
  `mutation CompleteBankConnection($id: ID!, $returned: String) {
    completeBankConnection(id: $id, returned: $returned) {
      __typename
      ...ConnectionFields
      ... on Problem { message code }
    }
  }`,
  [ConnectionFields],
);

export const RepairConnectionDocument = graphql(`
  mutation RepairBankConnection($id: ID!) {
    repairBankConnection(id: $id) {
      __typename
      ... on StartedBankConnection { hostedLinkUrl connection { id } }
      ... on Problem { message }
    }
  }
`);

export const SyncConnectionDocument = graphql(
  `mutation SyncBankConnection($id: ID!, $accountId: ID) {
    syncBankConnection(id: $id, accountId: $accountId) {
      __typename
      ... on BankConnection {
        id
        institutionName
        status
        currentSync { ...SyncRunFields }
      }
      ... on Problem { message }
    }
  }`,
  [SyncRunFields],
);

export const RefreshConnectionDocument = graphql(
  `mutation RefreshBankConnection($id: ID!) {
    refreshBankConnection(id: $id) {
      __typename
      ...ConnectionFields
      ... on RefreshTooSoon { possibleAt }
      ... on Problem { message }
    }
  }`,
  [ConnectionFields],
);

export const DisconnectConnectionDocument = graphql(
  `mutation DisconnectBankConnection($id: ID!) {
    disconnectBankConnection(id: $id) {
      __typename
      ...ConnectionFields
      ... on Problem { message }
    }
  }`,
  [ConnectionFields],
);

export const ConnectionChangedDocument = graphql(
  `subscription BankConnectionChanged($after: Cursor, $id: ID) {
    bankConnectionChanged(after: $after, id: $id) {
      cursor
      refetch
      connection { ...ConnectionFields }
    }
  }`,
  [ConnectionFields],
);

export const SyncProgressDocument = graphql(
  `subscription SyncProgress($after: Cursor, $connectionId: ID) {
    syncProgress(after: $after, connectionId: $connectionId) {
      cursor
      refetch
      run { ...SyncRunFields }
    }
  }`,
  [SyncRunFields],
);
