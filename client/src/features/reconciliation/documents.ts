import { graphql, type ResultOf, type VariablesOf } from "../../lib/graphql.ts";
import { BankTransactionFields } from "../transactions/fragments.ts";
import { EvidenceFields, ItemFields, MatchFields } from "./fragments.ts";

export const ConfirmMatchDocument = graphql(
  `mutation ConfirmMatch($allocations: [AllocationInput!]!) {
    confirmMatch(allocations: $allocations) {
      __typename
      ... on ConfirmedMatch {
        match { ...MatchFields }
        transactions { ...BankTransactionFields }
        openItems { ...ItemFields }
      }
      ... on Problem { message }
      ... on MatchProblem { openItemId difference { amount currency } }
    }
  }`,
  [MatchFields, BankTransactionFields, ItemFields],
);

export type Allocation = VariablesOf<typeof ConfirmMatchDocument>["allocations"][number];

export const BookStandaloneDocument = graphql(
  `mutation BookStandalone($transactionId: ID!, $categoryId: ID!, $description: String) {
    bookStandalone(
      transactionId: $transactionId
      categoryId: $categoryId
      description: $description
    ) {
      __typename
      ... on ConfirmedMatch {
        match { ...MatchFields }
        transactions { ...BankTransactionFields }
      }
      ... on Problem { message }
    }
  }`,
  [MatchFields, BankTransactionFields],
);

export const VoidMatchDocument = graphql(
  `mutation VoidMatch($id: ID!, $reason: String) {
    voidMatch(id: $id, reason: $reason) {
      __typename
      ... on VoidedMatch {
        match { ...MatchFields }
        transactions { ...BankTransactionFields }
        openItems { ...ItemFields }
      }
      ... on Problem { message }
    }
  }`,
  [MatchFields, BankTransactionFields, ItemFields],
);

export const ExcludeDocument = graphql(
  `mutation ExcludeTransaction($id: ID!, $reason: String!) {
    excludeTransaction(id: $id, reason: $reason) {
      __typename
      ...BankTransactionFields
      ... on Problem { message }
    }
  }`,
  [BankTransactionFields],
);

export const IncludeDocument = graphql(
  `mutation IncludeTransaction($id: ID!) {
    includeTransaction(id: $id) {
      __typename
      ...BankTransactionFields
      ... on Problem { message }
    }
  }`,
  [BankTransactionFields],
);

/** The pair is neither suggested nor matched again, until a person matches it. */
export const DeclineDocument = graphql(
  `mutation DeclineCandidate($transactionId: ID!, $openItemId: ID!) {
    declineCandidate(transactionId: $transactionId, openItemId: $openItemId) {
      __typename
      ...BankTransactionFields
      ... on Problem { message }
    }
  }`,
  [BankTransactionFields],
);

/** Why a line and an open item are not matched, what won, and what would change it. */
export const WhyNotDocument = graphql(
  `query WhyNotMatched($transactionId: ID!, $openItemId: ID!) {
    whyNotMatched(transactionId: $transactionId, openItemId: $openItemId) {
      matched
      score
      threshold
      evidence { ...EvidenceFields }
      reason
      code
      change
      profile { name version }
      lostTo {
        score
        evidence { ...EvidenceFields }
        match { id origin decidedBy decidedAt rule { id name } }
        openItem { ...ItemFields }
        transaction { ...BankTransactionFields }
      }
    }
  }`,
  [EvidenceFields, ItemFields, BankTransactionFields],
);

export type WhyNot = NonNullable<ResultOf<typeof WhyNotDocument>["whyNotMatched"]>;

/** Open items by hand, where none of the candidates is the right one. */
export const SearchItemsDocument = graphql(
  `query SearchOpenItems($filter: OpenItemFilter!) {
    openItems(first: 20, filter: $filter) {
      nodes { ...ItemFields }
      totalCount
    }
  }`,
  [ItemFields],
);

/** How many lines each tab has under the filters, and how far the books are without them. */
export const ProgressDocument = graphql(`
  query ReconciliationProgress(
    $unmatched: BankTransactionFilter
    $matched: BankTransactionFilter
    $excluded: BankTransactionFilter
  ) {
    unmatched: bankTransactions(first: 1, filter: $unmatched) { totalCount }
    matched: bankTransactions(first: 1, filter: $matched) { totalCount }
    excluded: bankTransactions(first: 1, filter: $excluded) { totalCount }
    allUnmatched: bankTransactions(first: 1, filter: { statuses: [UNMATCHED, PART_MATCHED] }) {
      totalCount
    }
    allMatched: bankTransactions(first: 1, filter: { statuses: [MATCHED] }) { totalCount }
  }
`);

export const MatchesChangedDocument = graphql(
  `subscription MatchesChanged($after: Cursor) {
    matchesChanged(after: $after) {
      cursor
      refetch
      matches { ...MatchFields }
      openItems { ...ItemFields }
    }
  }`,
  [MatchFields, ItemFields],
);
