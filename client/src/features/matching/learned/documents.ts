import { graphql, type ResultOf } from "../../../lib/graphql.ts";
import { ItemSideFields, LineSideFields } from "../sides.ts";

export const AliasFields = graphql(`
  fragment AliasFields on Alias {
    __typename
    id
    payerText
    clientName
    confirmations
    learnedBy
    learnedAt
    lastConfirmedAt
    revokedAt
    revokedBy
  }
`);

export type Alias = ResultOf<typeof AliasFields>;

export const AliasesDocument = graphql(
  `query Aliases($first: Int, $after: String, $search: String, $includeRevoked: Boolean!) {
    aliases(first: $first, after: $after, search: $search, includeRevoked: $includeRevoked) {
      nodes { ...AliasFields }
      pageInfo { hasNextPage endCursor }
      totalCount
    }
    eventCursor
  }`,
  [AliasFields],
);

export const RevokeAliasDocument = graphql(
  `mutation RevokeAlias($id: ID!) {
    revokeAlias(id: $id) {
      __typename
      ...AliasFields
      ... on Problem { message }
    }
  }`,
  [AliasFields],
);

export const RestoreAliasDocument = graphql(
  `mutation RestoreAlias($id: ID!) {
    restoreAlias(id: $id) {
      __typename
      ...AliasFields
      ... on Problem { message }
    }
  }`,
  [AliasFields],
);

export const PayerRecordFields = graphql(`
  fragment PayerRecordFields on PayerRecord {
    __typename
    payerText
    automatic
    kept
    undone
    manual
    share
    lastOn
  }
`);

export type PayerRecord = ResultOf<typeof PayerRecordFields>;

export const PayerRecordsDocument = graphql(
  `query PayerRecords($first: Int, $after: String, $search: String) {
    payerRecords(first: $first, after: $after, search: $search) {
      nodes { ...PayerRecordFields }
      pageInfo { hasNextPage endCursor }
      totalCount
    }
    eventCursor
  }`,
  [PayerRecordFields],
);

export const DeclinedPairFields = graphql(
  `fragment DeclinedPairFields on DeclinedPair {
    __typename
    declinedAt
    declinedBy
    transaction { ...LineSideFields }
    openItem { ...ItemSideFields }
  }`,
  [LineSideFields, ItemSideFields],
);

export type DeclinedPair = ResultOf<typeof DeclinedPairFields>;

export const DeclinedPairsDocument = graphql(
  `query DeclinedPairs($first: Int, $after: String) {
    declinedPairs(first: $first, after: $after) {
      nodes { ...DeclinedPairFields }
      pageInfo { hasNextPage endCursor }
      totalCount
    }
    eventCursor
  }`,
  [DeclinedPairFields],
);

export const ForgetPairDocument = graphql(`
  mutation ForgetDeclinedPair($transactionId: ID!, $openItemId: ID!) {
    forgetDeclinedPair(transactionId: $transactionId, openItemId: $openItemId) {
      __typename
      ... on BankTransaction { id }
      ... on Problem { message }
    }
  }
`);

export const DeclinedTransferFields = graphql(
  `fragment DeclinedTransferFields on DeclinedTransfer {
    __typename
    declinedAt
    declinedBy
    out { ...LineSideFields }
    in { ...LineSideFields }
  }`,
  [LineSideFields],
);

export type DeclinedTransfer = ResultOf<typeof DeclinedTransferFields>;

export const DeclinedTransfersDocument = graphql(
  `query DeclinedTransfers {
    declinedTransfers(first: 200) { ...DeclinedTransferFields }
    eventCursor
  }`,
  [DeclinedTransferFields],
);

export const ForgetTransferDocument = graphql(`
  mutation ForgetDeclinedTransfer($outTransactionId: ID!, $inTransactionId: ID!) {
    forgetDeclinedTransfer(
      outTransactionId: $outTransactionId
      inTransactionId: $inTransactionId
    ) {
      __typename
      ... on DeclinedTransfer { declinedAt }
      ... on Problem { message }
    }
  }
`);

export const DeclineTransferDocument = graphql(`
  mutation DeclineTransferAgain($outTransactionId: ID!, $inTransactionId: ID!) {
    declineTransfer(outTransactionId: $outTransactionId, inTransactionId: $inTransactionId) {
      __typename
      ... on BankTransaction { id }
      ... on Problem { message }
    }
  }
`);

/** Whatever is learned is learned from a decision. */
export const DecisionsMadeDocument = graphql(`
  subscription DecisionsMade($after: Cursor) {
    matchesChanged(after: $after) {
      cursor
      refetch
    }
  }
`);
