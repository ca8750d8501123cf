import { graphql, type ResultOf } from "../../lib/graphql.ts";

/** One line of a list: enough to read, filter, sort and say how it was decided. */
export const BankTransactionFields = graphql(`
  fragment BankTransactionFields on BankTransaction {
    __typename
    id
    account {
      id
      name
      mask
      institutionName institutionColour connection { id }
    }
    bookedOn
    amount { amount currency }
    openAmount { amount currency }
    description
    counterpartyName
    reference
    pending
    status
    category { id name kind }
    exclusionReason
    matches { id origin decidedBy decidedAt rule { id name } payments { id openItem { id number } } }
    transfer { id origin decidedBy decidedAt }
    createdAt
  }
`);

export type BankTransaction = ResultOf<typeof BankTransactionFields>;
export type TransactionStatus = BankTransaction["status"];
export type Category = NonNullable<BankTransaction["category"]>;
