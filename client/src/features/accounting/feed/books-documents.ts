import { graphql, type ResultOf } from "../../../lib/graphql.ts";
import { ItemSideFields, LineSideFields } from "../../matching/sides.ts";

/** An invoice or expense of the accounting package, and what became of it here. */
export const PulledFields = graphql(
  `fragment PulledFields on AccountingDocument {
    __typename
    id
    kind
    number
    counterpartyName
    dueThere { amount currency }
    state
    problem
    readAt
    openItem { ...ItemSideFields status openAmount { amount currency } }
  }`,
  [ItemSideFields],
);

export type Pulled = ResultOf<typeof PulledFields>;

export const PulledCountsDocument = graphql(`
  query PulledDocumentCounts($id: ID!) {
    accountingConnection(id: $id) {
      id
      documents { pulled problems }
    }
  }
`);

export const PulledDocument = graphql(
  `query PulledDocuments($id: ID!, $first: Int, $after: String, $onlyProblems: Boolean) {
    accountingConnection(id: $id) {
      id
      documents {
        page(first: $first, after: $after, onlyProblems: $onlyProblems) {
          nodes { ...PulledFields }
          pageInfo { hasNextPage endCursor }
          totalCount
        }
      }
    }
  }`,
  [PulledFields],
);

/** A match of a pulled document, offered back as a payment of it. */
export const OfferFields = graphql(
  `fragment OfferFields on PaymentOffer {
    __typename
    id
    status
    amount { amount currency }
    paidOn
    problem
    sentBy
    createdAt
    completedAt
    openItem { ...ItemSideFields }
    match {
      id
      payments { id transaction { ...LineSideFields } openItem { id } }
    }
  }`,
  [ItemSideFields, LineSideFields],
);

export type Offer = ResultOf<typeof OfferFields>;
export type OfferStatus = Offer["status"];

export const OffersDocument = graphql(
  `query PaymentOffers($id: ID!, $first: Int, $after: String, $status: PaymentOfferStatus) {
    paymentOffers(connectionId: $id, first: $first, after: $after, status: $status) {
      nodes { ...OfferFields }
      pageInfo { hasNextPage endCursor }
    }
  }`,
  [OfferFields],
);

export const SendOffersDocument = graphql(
  `mutation SendPayments($offerIds: [ID!]!) {
    sendPayments(offerIds: $offerIds) {
      __typename
      ... on ChangedPaymentOffers { offers { ...OfferFields } }
      ... on Problem { message }
    }
  }`,
  [OfferFields],
);

export const WithdrawOffersDocument = graphql(
  `mutation WithdrawPayments($offerIds: [ID!]!) {
    withdrawPayments(offerIds: $offerIds) {
      __typename
      ... on ChangedPaymentOffers { offers { ...OfferFields } }
      ... on Problem { message }
    }
  }`,
  [OfferFields],
);
