import { graphql, type ResultOf } from "../../../lib/graphql.ts";

/** Where one bank transaction went in the books. Apart from its details, which don't wait for it. */
export const InBooksDocument = graphql(`
  query TransactionInBooks($id: ID!) {
    bankTransaction(id: $id) {
      __typename
      id
      status
      feeds {
        heldBack
        feed {
          id
          targetName
          pushMode
          connection { id companyName package { name label } }
        }
        line {
          id
          state
          bookedOn
          arrivedOn
          arrivedAmount { amount currency }
          leftOutBy
          leftOutReason
          checkedAt
          problems { severity message }
          operation { id number }
        }
      }
    }
    eventCursor
  }
`);

export type BooksTransaction = NonNullable<ResultOf<typeof InBooksDocument>["bankTransaction"]>;

export type InBooks = BooksTransaction["feeds"][number];

export const InBooksChangedDocument = graphql(`
  subscription TransactionInBooksChanged($after: Cursor) {
    accountingChanged(after: $after) {
      cursor
      refetch
      connections { id }
      feeds { id }
      operations { id feed { id } }
    }
  }
`);
