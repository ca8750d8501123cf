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
  }
`);

export const ConnectionFields = graphql(
  `fragment ConnectionFields on BankConnection {
    __typename
    id
    provider { name label supportsWebhooks isSandbox }
    institutionName
    institutionColour
    status
    statusReason
    nextStep
    accounts { ...AccountFields }
    lastSyncAt
    successfullyAggregatedAt
    consentExpiresAt
    createdAt
    deletedAt
    currentSync { ...SyncRunFields }
  }`,
  [AccountFields, SyncRunFields],
);

export type Connection = ResultOf<typeof ConnectionFields>;
export type Account = ResultOf<typeof AccountFields>;
export type SyncRun = ResultOf<typeof SyncRunFields>;

export const ConnectionsDocument = graphql(
  `query Connections { bankConnections { ...ConnectionFields } eventCursor }`,
  [ConnectionFields],
);

export const ConnectionDocument = graphql(
  `query Connection($id: ID!) {
    bankConnection(id: $id) {
      ...ConnectionFields
      hostedLinkUrl
      syncRuns(first: 12) { ...SyncRunFields }
      statusChanges(first: 20) { id from to cause at }
    }
    eventCursor
  }`,
  [ConnectionFields, SyncRunFields],
);

export type ConnectionDetails = NonNullable<ResultOf<typeof ConnectionDocument>["bankConnection"]>;

export const WebhookTalliesDocument = graphql(`
  query WebhookTallies($provider: String) {
    webhookTallies(provider: $provider) { provider day outcome count }
  }
`);

export const ProvidersDocument = graphql(`
  query Providers {
    providers { name label countries connectionMethod supportsWebhooks isSandbox }
  }
`);

export type Provider = ResultOf<typeof ProvidersDocument>["providers"][number];

export const InstitutionsDocument = graphql(`
  query Institutions($provider: String!, $search: String) {
    institutions(provider: $provider, search: $search, first: 20) { id name colour countries }
  }
`);

export type Institution = ResultOf<typeof InstitutionsDocument>["institutions"][number];

export const StartConnectionDocument = graphql(`
  mutation StartBankConnection($provider: String!, $institutionId: ID) {
    startBankConnection(provider: $provider, institutionId: $institutionId) {
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
  `mutation SyncBankConnection($id: ID!) {
    syncBankConnection(id: $id) {
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

export const DisconnectConnectionDocument = graphql(`
  mutation DisconnectBankConnection($id: ID!) {
    disconnectBankConnection(id: $id) {
      __typename
      ... on BankConnection { id institutionName status deletedAt }
      ... on Problem { message }
    }
  }
`);

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
