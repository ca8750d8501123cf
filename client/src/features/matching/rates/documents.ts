import { graphql, type ResultOf } from "../../../lib/graphql.ts";
import { LoadedRowsFields } from "../../blocks/fragments.ts";

export const RateFields = graphql(`
  fragment RateFields on ExchangeRate {
    __typename
    base
    quote
    day
    rate
    loadedBy
    loadedAt
  }
`);

export type Rate = ResultOf<typeof RateFields>;

export const RatesDocument = graphql(
  `query ExchangeRates($first: Int, $after: String, $base: String, $quote: String) {
    exchangeRates(first: $first, after: $after, base: $base, quote: $quote) {
      nodes { ...RateFields }
      pageInfo { hasNextPage endCursor }
      totalCount
    }
    eventCursor
  }`,
  [RateFields],
);

/** Tells when the rates of the list may be others. */
export const RatesFollowDocument = graphql(`
  subscription RatesFollow($after: Cursor) {
    matchingChanged(after: $after) {
      cursor
      refetch
      rates
    }
  }
`);

export const LoadRatesDocument = graphql(
  `mutation LoadRates($rates: [RateInput!]!) {
    loadRates(rates: $rates) {
      __typename
      ...LoadedRowsFields
      ... on Problem { message }
      ... on InvalidInputProblem { field }
    }
  }`,
  [LoadedRowsFields],
);

export const LoadRatesCsvDocument = graphql(
  `mutation LoadRatesCsv($csv: String!, $dryRun: Boolean!) {
    loadRatesCsv(csv: $csv, dryRun: $dryRun) {
      __typename
      ...LoadedRowsFields
      ... on Problem { message }
    }
  }`,
  [LoadedRowsFields],
);

export const DeleteRateDocument = graphql(
  `mutation DeleteRate($base: String!, $quote: String!, $day: LocalDate!) {
    deleteRate(base: $base, quote: $quote, day: $day) {
      __typename
      ...RateFields
      ... on Problem { message }
    }
  }`,
  [RateFields],
);
