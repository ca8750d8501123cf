import { graphql, type ResultOf } from "../../lib/graphql.ts";

/** As much of a bank transaction as names it beside something else. */
export const LineSideFields = graphql(`
  fragment LineSideFields on BankTransaction {
    __typename
    id
    bookedOn
    description
    counterpartyName
    amount { amount currency }
    account { id name }
  }
`);

export type LineSideValue = ResultOf<typeof LineSideFields>;

/** As much of an open item as names it beside a bank transaction. */
export const ItemSideFields = graphql(`
  fragment ItemSideFields on OpenItem {
    __typename
    id
    kind
    number
    counterpartyName
    amount { amount currency }
  }
`);

export type ItemSideValue = ResultOf<typeof ItemSideFields>;
