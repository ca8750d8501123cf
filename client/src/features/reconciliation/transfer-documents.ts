import { graphql, type ResultOf } from "../../lib/graphql.ts";
import { BankTransactionFields } from "../transactions/fragments.ts";

const TransferEvidenceFields = graphql(`
  fragment TransferEvidenceFields on TransferEvidence {
    signal
    label
    transactionValue
    otherValue
  }
`);

export type TransferEvidence = ResultOf<typeof TransferEvidenceFields>;

/** A transfer with both of its lines and everything that explains it. */
export const TransferFields = graphql(
  `fragment TransferFields on Transfer {
    __typename
    id
    origin
    decidedBy
    decidedAt
    voidedAt
    evidence { ...TransferEvidenceFields }
    out { ...BankTransactionFields }
    in { ...BankTransactionFields }
    rule { id name }
    run { id trigger }
  }`,
  [TransferEvidenceFields, BankTransactionFields],
);

export type Transfer = ResultOf<typeof TransferFields>;

export const TransferCandidateFields = graphql(
  `fragment TransferCandidateFields on TransferCandidate {
    days
    amountDifference { amount currency }
    reasonNotAutomatic
    evidence { ...TransferEvidenceFields }
    transaction { ...BankTransactionFields }
  }`,
  [TransferEvidenceFields, BankTransactionFields],
);

export type TransferCandidate = ResultOf<typeof TransferCandidateFields>;

export const ConfirmTransferDocument = graphql(
  `mutation ConfirmTransfer($out: ID!, $in: ID!) {
    confirmTransfer(outTransactionId: $out, inTransactionId: $in) {
      __typename
      ...TransferFields
      ... on Problem { message }
    }
  }`,
  [TransferFields],
);

export const UndoTransferDocument = graphql(
  `mutation UndoTransfer($id: ID!, $maySuggestAgain: Boolean) {
    undoTransfer(id: $id, maySuggestAgain: $maySuggestAgain) {
      __typename
      ...TransferFields
      ... on Problem { message }
    }
  }`,
  [TransferFields],
);

/** The pair is not taken for a transfer again, until a person says so. */
export const DeclineTransferDocument = graphql(
  `mutation DeclineTransfer($out: ID!, $in: ID!) {
    declineTransfer(outTransactionId: $out, inTransactionId: $in) {
      __typename
      ...BankTransactionFields
      ... on Problem { message }
    }
  }`,
  [BankTransactionFields],
);
