import { graphql, type ResultOf } from "../../lib/graphql.ts";
import { AccountFields } from "../connections/documents.ts";

export const StatementFields = graphql(`
  fragment StatementFields on FinancialAccount {
    id
    uploadBusinessDay
    statementMonths(first: 6) { month dueOn state uploadedAt uploadedBy note }
  }
`);

export const AccountsDocument = graphql(
  `query Accounts {
    financialAccounts {
      ...AccountFields
      ...StatementFields
      institutionName
      institutionColour
      block { id name }
      connection {
        id
        institutionName
        status
        statusReason
        nextStep
        actions
        provider { name label kind }
        currentSync { id status }
      }
    }
    ledgerAccounts { id number name kind currency archivedAt }
    blocks { id name }
    eventCursor
  }`,
  [AccountFields, StatementFields],
);

export type ShownAccount = ResultOf<typeof AccountsDocument>["financialAccounts"][number];
export type BlockChoice = ResultOf<typeof AccountsDocument>["blocks"][number];
export type StatementMonth = ShownAccount["statementMonths"][number];

export const CreateAccountDocument = graphql(`
  mutation CreateFinancialAccount($input: FinancialAccountInput!) {
    createFinancialAccount(input: $input) {
      __typename
      ... on FinancialAccount { id name }
      ... on InvalidInputProblem { field }
      ... on Problem { message }
    }
  }
`);

export const SetAccountPathDocument = graphql(
  `mutation SetAccountPath(
    $id: ID!
    $manualUpload: Boolean!
    $uploadsFrom: LocalDate
    $uploadBusinessDay: Int
  ) {
    setAccountPath(
      id: $id
      manualUpload: $manualUpload
      uploadsFrom: $uploadsFrom
      uploadBusinessDay: $uploadBusinessDay
    ) {
      __typename
      ... on FinancialAccount { id path }
      ...StatementFields
      ... on InvalidInputProblem { field }
      ... on Problem { message }
    }
  }`,
  [StatementFields],
);

export const SetAccountScopeDocument = graphql(`
  mutation SetAccountScope($id: ID!, $inScope: Boolean!) {
    setAccountScope(id: $id, inScope: $inScope) {
      __typename
      ... on FinancialAccount { id name inScope }
      ... on Problem { message }
    }
  }
`);

export const RecordStatementDocument = graphql(
  `mutation RecordStatementUpload($accountId: ID!, $month: LocalDate!, $note: String) {
    recordStatementUpload(accountId: $accountId, month: $month, note: $note) {
      __typename
      ...StatementFields
      ... on Problem { message }
    }
  }`,
  [StatementFields],
);

export const WithdrawStatementDocument = graphql(
  `mutation WithdrawStatementUpload($accountId: ID!, $month: LocalDate!) {
    withdrawStatementUpload(accountId: $accountId, month: $month) {
      __typename
      ...StatementFields
      ... on Problem { message }
    }
  }`,
  [StatementFields],
);

export const SetAccountBlockDocument = graphql(`
  mutation SetAccountBlock($accountId: ID!, $blockId: ID) {
    setAccountBlock(accountId: $accountId, blockId: $blockId) {
      __typename
      ... on FinancialAccount { id block { id name } }
      ... on Problem { message }
    }
  }
`);
