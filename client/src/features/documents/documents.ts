import { graphql, type ResultOf } from "../../lib/graphql.ts";
import { MatchFields } from "../reconciliation/fragments.ts";
import { BankTransactionFields } from "../transactions/fragments.ts";

export const OpenItemFields = graphql(`
  fragment OpenItemFields on OpenItem {
    __typename
    id
    kind
    number
    counterpartyName
    issuedOn
    dueOn
    amount { amount currency }
    openAmount { amount currency }
    status
    description
  }
`);

export type OpenItem = ResultOf<typeof OpenItemFields>;

export const OpenItemsDocument = graphql(
  `query OpenItems($first: Int, $after: String, $filter: OpenItemFilter) {
    openItems(first: $first, after: $after, filter: $filter) {
      nodes { ...OpenItemFields }
      pageInfo { hasNextPage endCursor }
      totalCount
    }
    eventCursor
  }`,
  [OpenItemFields],
);

export const OpenItemDocument = graphql(
  `query OpenItem($id: ID!) {
    openItem(id: $id) {
      ...OpenItemFields
      block { id name }
      unit { id number }
      matches { ...MatchFields }
    }
    eventCursor
  }`,
  [OpenItemFields, MatchFields],
);

export type OpenItemDetails = NonNullable<ResultOf<typeof OpenItemDocument>["openItem"]>;

/** Lines of which it can be asked why they have not paid an item. */
export const LinesToAskDocument = graphql(
  `query LinesToAsk($filter: BankTransactionFilter!) {
    bankTransactions(first: 8, filter: $filter) {
      nodes { ...BankTransactionFields }
      totalCount
    }
  }`,
  [BankTransactionFields],
);

export const OpenItemsChangedDocument = graphql(
  `subscription OpenItemsChanged($after: Cursor) {
    matchesChanged(after: $after) {
      cursor
      refetch
      openItems { ...OpenItemFields }
    }
  }`,
  [OpenItemFields],
);

export const CreateOpenItemDocument = graphql(
  `mutation CreateOpenItem($input: OpenItemInput!) {
    createOpenItem(input: $input) {
      __typename
      ...OpenItemFields
      ... on Problem { message }
      ... on InvalidInputProblem { field }
    }
  }`,
  [OpenItemFields],
);

export const UpdateOpenItemDocument = graphql(
  `mutation UpdateOpenItem($id: ID!, $changes: OpenItemChanges!) {
    updateOpenItem(id: $id, changes: $changes) {
      __typename
      ...OpenItemFields
      ... on Problem { message }
      ... on InvalidInputProblem { field }
    }
  }`,
  [OpenItemFields],
);

export const VoidOpenItemDocument = graphql(
  `mutation VoidOpenItem($id: ID!) {
    voidOpenItem(id: $id) {
      __typename
      ...OpenItemFields
      ... on Problem { message }
    }
  }`,
  [OpenItemFields],
);
