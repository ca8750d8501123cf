import { graphql, type ResultOf } from "../../lib/graphql.ts";

export const LedgerAccountFields = graphql(`
  fragment LedgerAccountFields on LedgerAccount {
    __typename
    id
    number
    name
    kind
    currency
    archivedAt
    accounts { id name mask institutionName institutionColour closedAt }
  }
`);

export type LedgerAccount = ResultOf<typeof LedgerAccountFields>;
export type LedgerAccountKind = LedgerAccount["kind"];

/** What a picker needs of a ledger account. */
export type LedgerChoice = Omit<LedgerAccount, "accounts" | "__typename">;

export const LedgerAccountsDocument = graphql(
  `query LedgerAccounts($includeArchived: Boolean!) {
    ledgerAccounts(includeArchived: $includeArchived) { ...LedgerAccountFields }
  }`,
  [LedgerAccountFields],
);

export const CreateLedgerAccountDocument = graphql(
  `mutation CreateLedgerAccount($input: LedgerAccountInput!) {
    createLedgerAccount(input: $input) {
      ...LedgerAccountFields
      ... on InvalidInputProblem { field }
      ... on Problem { __typename message }
    }
  }`,
  [LedgerAccountFields],
);

export const UpdateLedgerAccountDocument = graphql(
  `mutation UpdateLedgerAccount($id: ID!, $input: LedgerAccountInput!) {
    updateLedgerAccount(id: $id, input: $input) {
      ...LedgerAccountFields
      ... on InvalidInputProblem { field }
      ... on Problem { __typename message }
    }
  }`,
  [LedgerAccountFields],
);

export const ArchiveLedgerAccountDocument = graphql(`
  mutation ArchiveLedgerAccount($id: ID!) {
    archiveLedgerAccount(id: $id) {
      __typename
      ... on LedgerAccount { id number name archivedAt }
      ... on Problem { message }
    }
  }
`);

export const RestoreLedgerAccountDocument = graphql(`
  mutation RestoreLedgerAccount($id: ID!) {
    restoreLedgerAccount(id: $id) {
      __typename
      ... on LedgerAccount { id number name archivedAt }
      ... on Problem { message }
    }
  }
`);

export const ImportLedgerAccountsDocument = graphql(`
  mutation ImportLedgerAccounts($csv: String!, $dryRun: Boolean!) {
    importLedgerAccounts(csv: $csv, dryRun: $dryRun) {
      __typename
      ... on LedgerAccountImport {
        created
        updated
        unchanged
        problems { line message }
      }
      ... on Problem { message }
    }
  }
`);

export const MapAccountDocument = graphql(`
  mutation MapFinancialAccount($id: ID!, $ledgerAccountId: ID, $confirmShared: Boolean!) {
    mapFinancialAccount(
      id: $id
      ledgerAccountId: $ledgerAccountId
      confirmShared: $confirmShared
    ) {
      __typename
      ... on FinancialAccount { id name ledgerAccount { id number name } }
      ... on LedgerAccountShared { otherAccounts { id name mask institutionName } }
      ... on Problem { message }
    }
  }
`);

export const CalendarDocument = graphql(`
  query BusinessCalendar {
    businessCalendar {
      weekendDays
      holidays { day name }
      countries { code name }
    }
  }
`);

export type BusinessCalendar = ResultOf<typeof CalendarDocument>["businessCalendar"];
export type Holiday = BusinessCalendar["holidays"][number];

export const PublicHolidaysDocument = graphql(`
  query PublicHolidays($country: String!, $year: Int!) {
    publicHolidays(country: $country, year: $year) { day name }
  }
`);

export const SetCalendarDocument = graphql(`
  mutation SetBusinessCalendar($input: BusinessCalendarInput!) {
    setBusinessCalendar(input: $input) {
      __typename
      ... on BusinessCalendar { weekendDays holidays { day name } }
      ... on Problem { message }
    }
  }
`);
