import { graphql, type ResultOf } from "../../lib/graphql.ts";

export const EvidenceFields = graphql(`
  fragment EvidenceFields on Evidence {
    signal
    label
    points
    transactionValue
    itemValue
  }
`);

export type Evidence = ResultOf<typeof EvidenceFields>;

export const ItemFields = graphql(`
  fragment ItemFields on OpenItem {
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
    standalone
    unit { id number }
  }
`);

export type Item = ResultOf<typeof ItemFields>;

/** A match with everything that explains it. */
export const MatchFields = graphql(
  `fragment MatchFields on Match {
    __typename
    id
    origin
    profile
    profileVersion
    score
    decidedBy
    decidedAt
    voidedAt
    voidedBy
    voidReason
    rule { id name }
    run { id trigger }
    evidence { ...EvidenceFields }
    payments {
      id
      kind
      amount { amount currency }
      transactionAmount { amount currency }
      rate
      transaction {
        id
        bookedOn
        description
        counterpartyName
        account { id name }
        category { id }
      }
      openItem { ...ItemFields }
    }
  }`,
  [EvidenceFields, ItemFields],
);

export type Match = ResultOf<typeof MatchFields>;

export const CandidateFields = graphql(
  `fragment CandidateFields on MatchCandidate {
    score
    reasonNotAutomatic
    amount { amount currency }
    openItem { ...ItemFields }
    evidence { ...EvidenceFields }
  }`,
  [EvidenceFields, ItemFields],
);

export type Candidate = ResultOf<typeof CandidateFields>;
