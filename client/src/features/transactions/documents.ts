import { graphql, type ResultOf, type VariablesOf } from "../../lib/graphql.ts";
import { CandidateFields, MatchFields } from "../reconciliation/fragments.ts";
import { TransferCandidateFields, TransferFields } from "../reconciliation/transfer-documents.ts";
import { BankTransactionFields } from "./fragments.ts";

export const TransactionsDocument = graphql(
  `query BankTransactions($first: Int, $after: String, $filter: BankTransactionFilter) {
    bankTransactions(first: $first, after: $after, filter: $filter) {
      nodes { ...BankTransactionFields }
      pageInfo { hasNextPage endCursor }
      totalCount
    }
    eventCursor
  }`,
  [BankTransactionFields],
);

export type BankTransactionFilter = NonNullable<VariablesOf<typeof TransactionsDocument>["filter"]>;

export const TransactionCountDocument = graphql(`
  query BankTransactionCount($filter: BankTransactionFilter) {
    bankTransactions(first: 1, filter: $filter) { totalCount }
  }
`);

/** One line with all that explains it: its matches, what it could be matched with, what happened. */
export const TransactionDocument = graphql(
  `query BankTransactionDetails($id: ID!) {
    bankTransaction(id: $id) {
      ...BankTransactionFields
      account { id block { id name } }
      decisions: matches { ...MatchFields }
      candidates(first: 9) { ...CandidateFields }
      transfer { ...TransferFields }
      transferCandidates(first: 3) { ...TransferCandidateFields }
      history(first: 20) { id at actorName summary }
      importBatch { id fileName }
      importRow
      alsoIn {
        position
        row
        how
        parted
        bookedOn
        description
        reference
        importBatch { id fileName }
      }
    }
  }`,
  [BankTransactionFields, CandidateFields, MatchFields, TransferCandidateFields, TransferFields],
);

export type TransactionDetails = NonNullable<
  ResultOf<typeof TransactionDocument>["bankTransaction"]
>;

export const TransactionsChangedDocument = graphql(
  `subscription BankTransactionsChanged($after: Cursor) {
    bankTransactionsChanged(after: $after) {
      cursor
      refetch
      added { ...BankTransactionFields }
      changed { ...BankTransactionFields }
      removedIds
    }
  }`,
  [BankTransactionFields],
);

/** What the filters and the category lists choose from. */
export const ChoicesDocument = graphql(`
  query TransactionChoices {
    financialAccounts {
      id
      name
      mask
      closedAt
      institutionName institutionColour connection { id }
    }
    categories { id name kind }
  }
`);

export type Choices = ResultOf<typeof ChoicesDocument>;

export const CategoriseDocument = graphql(
  `mutation CategoriseTransactions($ids: [ID!]!, $categoryId: ID) {
    categoriseTransactions(ids: $ids, categoryId: $categoryId) {
      __typename
      ... on CategorisedTransactions { transactions { ...BankTransactionFields } }
      ... on Problem { message }
    }
  }`,
  [BankTransactionFields],
);

export const UndoCategorisationDocument = graphql(
  `mutation UndoCategorisation($ids: [ID!]!, $categoryId: ID) {
    undoCategorisation(ids: $ids, categoryId: $categoryId) {
      __typename
      ... on UndoneCategorisation { kept transactions { ...BankTransactionFields } }
      ... on Problem { message }
    }
  }`,
  [BankTransactionFields],
);
