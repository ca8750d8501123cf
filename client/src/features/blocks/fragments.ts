import { graphql, type ResultOf } from "../../lib/graphql.ts";

export const BlockFields = graphql(`
  fragment BlockFields on Block {
    __typename
    id
    name
    archivedAt
    unitCount
    leaseholderCount
    outstandingCount
    outstanding {
      amount
      currency
    }
    accounts {
      id
      name
      mask
      institutionName
      currency
    }
  }
`);

export type Block = ResultOf<typeof BlockFields>;

export const UnitFields = graphql(`
  fragment UnitFields on Unit {
    __typename
    id
    number
    name
    archivedAt
    outstanding {
      amount
      currency
    }
    leaseholders {
      id
      name
      archivedAt
    }
  }
`);

export type Unit = ResultOf<typeof UnitFields>;

export const LeaseholderFields = graphql(`
  fragment LeaseholderFields on Leaseholder {
    __typename
    id
    name
    surname
    email
    since
    until
    archivedAt
    outstanding {
      amount
      currency
    }
    unit {
      id
      number
    }
  }
`);

export type Leaseholder = ResultOf<typeof LeaseholderFields>;

export const DemandFields = graphql(`
  fragment DemandFields on OpenItem {
    __typename
    id
    number
    description
    issuedOn
    dueOn
    amount {
      amount
      currency
    }
    openAmount {
      amount
      currency
    }
    status
    unit {
      id
      number
    }
    leaseholder {
      id
      name
    }
  }
`);

export type Demand = ResultOf<typeof DemandFields>;

/** What a load of a CSV would do, or did. */
export const LoadedRowsFields = graphql(`
  fragment LoadedRowsFields on LoadedRows {
    __typename
    created
    updated
    unchanged
    problems {
      row
      field
      message
    }
    preview
  }
`);

export type LoadedRows = ResultOf<typeof LoadedRowsFields>;
