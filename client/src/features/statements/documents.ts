import { graphql, type ResultOf, type VariablesOf } from "../../lib/graphql.ts";

/** What the list and the events tell: enough to follow an import from afar. */
export const ImportFields = graphql(`
  fragment ImportFields on ImportBatch {
    __typename
    id
    fileName
    fileBytes
    format
    status
    step
    progress
    bytesRead
    linesRead
    linesWritten
    accounts { id name mask institutionName }
    blocks { id name }
    questions
    totalRows
    lines
    skipped
    problemCount
    recognised
    added
    toAdd
    matched
    unmatched
    failure { code message }
    createdBy
    createdAt
    finishedAt
    undoneAt
    undoneBy
  }
`);

export type ImportSummary = ResultOf<typeof ImportFields>;
export type ImportStatus = ImportSummary["status"];
export type ImportQuestion = ImportSummary["questions"][number];
export type StatementFormat = NonNullable<ImportSummary["format"]>;

export const ImportsDocument = graphql(
  `query Imports($first: Int, $after: String, $filter: ImportBatchFilter) {
    importBatches(first: $first, after: $after, filter: $filter) {
      nodes { ...ImportFields }
      pageInfo { hasNextPage endCursor }
      totalCount
    }
    eventCursor
  }`,
  [ImportFields],
);

export type ImportFilter = NonNullable<VariablesOf<typeof ImportsDocument>["filter"]>;

/** What the filters choose from. */
export const ImportChoicesDocument = graphql(`
  query ImportChoices {
    financialAccounts { id name mask institutionName closedAt }
    blocks { id name }
  }
`);

export type ImportChoices = ResultOf<typeof ImportChoicesDocument>;

export const CsvFields = graphql(`
  fragment CsvFields on CsvReading {
    headers
    remembered
    layout {
      delimiter
      headerRow
      dateColumn
      descriptionColumns
      amountColumn
      creditColumn
      debitColumn
      indicatorColumn
      referenceColumn
      counterpartyColumn
      balanceColumn
      currencyColumn
      dateOrder
      decimalSign
      reversed
    }
    rows {
      row
      cells
      bookedOn
      amount { amount currency }
      description
      reference
      counterpartyName
      balance { amount currency }
      problem
    }
  }
`);

export type CsvReading = ResultOf<typeof CsvFields>;
export type CsvLayout = CsvReading["layout"];
export type CsvPreviewRow = CsvReading["rows"][number];

/** One import with all that a person needs to decide on it. */
export const ImportDocument = graphql(
  `query Import($id: ID!) {
    importBatch(id: $id) {
      ...ImportFields
      encoding
      account { id name mask currency institutionName }
      csv { ...CsvFields }
      statementCount
      statements(first: 200) {
        position
        account { id name mask currency institutionName }
        accountName
        accountMask
        currency
        number
        firstOn
        lastOn
        openingBalance { amount currency }
        closingBalance { amount currency }
        closingOn
        lines
        credits { amount currency }
        debits { amount currency }
      }
      recognisedFrom {
        how
        count
        importBatch { id fileName createdAt }
        connection { id institutionName provider { label } }
      }
      checksPassed
      checksFailed
      failedChecks {
        what
        row
        place
        statedAmount { amount currency }
        computedAmount { amount currency }
        difference { amount currency }
        statedCount
        computedCount
      }
      unbalancedReason
      unbalancedAcceptedBy
      problems(first: 20) { row code message text loss }
      sameFileAs { id fileName status createdAt createdBy }
      fileUrl
      problemsUrl
    }
    financialAccounts {
      id
      name
      mask
      currency
      institutionName
      path
      inScope
      closedAt
    }
    eventCursor
  }`,
  [ImportFields, CsvFields],
);

export type ImportDetails = NonNullable<ResultOf<typeof ImportDocument>["importBatch"]>;
export type AccountChoice = ResultOf<typeof ImportDocument>["financialAccounts"][number];
export type FileStatement = ImportDetails["statements"][number];
export type FailedCheck = ImportDetails["failedChecks"][number];
export type RecognisedSource = ImportDetails["recognisedFrom"][number];
export type Recognition = RecognisedSource["how"];

export const RecognisedLinesDocument = graphql(`
  query RecognisedLines($id: ID!, $first: Int!, $after: String) {
    importBatch(id: $id) {
      id
      recognisedLines(first: $first, after: $after) {
        nodes {
          position
          row
          how
          bookedOn
          amount { amount currency }
          description
          reference
          counterpartyName
          parted
          transaction {
            id
            bookedOn
            amount { amount currency }
            description
            reference
            counterpartyName
            importBatch { id fileName }
            importRow
            account {
              id
              name
              institutionName
              connection { id provider { label } }
            }
          }
        }
        pageInfo { hasNextPage endCursor }
        totalCount
      }
    }
  }
`);

export type RecognisedLine = NonNullable<
  ResultOf<typeof RecognisedLinesDocument>["importBatch"]
>["recognisedLines"]["nodes"][number];

export const UndoPreviewDocument = graphql(`
  query ImportUndoPreview($id: ID!) {
    importUndoPreview(id: $id) {
      lines
      kept
      matches
      openItems
      amount { amount currency }
      matchedSample {
        id
        payments {
          id
          amount { amount currency }
          openItem { id number counterpartyName }
        }
      }
    }
  }
`);

/** Sent by upload.ts, which tells its progress: the file's place is filled there. */
export const UploadDocument = graphql(`
  mutation UploadStatementFile($file: Upload!, $accountId: ID) {
    uploadStatementFile(file: $file, accountId: $accountId, importWhenRead: false) {
      __typename
      ... on ImportBatch { id }
      ... on Problem { code message }
    }
  }
`);

export const DecideImportDocument = graphql(
  `mutation DecideImport(
    $id: ID!
    $accountId: ID
    $layout: CsvLayoutInput
    $statementAccounts: [StatementAccountInput!]
  ) {
    decideImport(
      id: $id
      accountId: $accountId
      layout: $layout
      statementAccounts: $statementAccounts
    ) {
      __typename
      ...ImportFields
      ... on Problem { message }
    }
  }`,
  [ImportFields],
);

export type Decision = Omit<VariablesOf<typeof DecideImportDocument>, "id">;

export const ConfirmImportDocument = graphql(
  `mutation ConfirmImport($id: ID!, $unbalancedReason: String) {
    confirmImport(id: $id, unbalancedReason: $unbalancedReason) {
      __typename
      ...ImportFields
      ... on Problem { message }
    }
  }`,
  [ImportFields],
);

export const DiscardImportDocument = graphql(
  `mutation DiscardImport($id: ID!) {
    discardImport(id: $id) {
      __typename
      ...ImportFields
      ... on Problem { message }
    }
  }`,
  [ImportFields],
);

export const UndoImportDocument = graphql(
  `mutation UndoImport($id: ID!) {
    undoImport(id: $id) {
      __typename
      ...ImportFields
      ... on Problem { message }
    }
  }`,
  [ImportFields],
);

export const PartLineDocument = graphql(`
  mutation PartRecognisedLine($batchId: ID!, $position: Int!) {
    partRecognisedLine(batchId: $batchId, position: $position) {
      __typename
      ... on BankTransaction { id }
      ... on Problem { message }
    }
  }
`);

export const RejoinLineDocument = graphql(`
  mutation RejoinRecognisedLine($batchId: ID!, $position: Int!) {
    rejoinRecognisedLine(batchId: $batchId, position: $position) {
      __typename
      ... on BankTransaction { id }
      ... on Problem { message }
    }
  }
`);

export const ImportsChangedDocument = graphql(
  `subscription ImportBatchesChanged($after: Cursor, $id: ID) {
    importBatchesChanged(after: $after, id: $id) {
      cursor
      refetch
      batches { ...ImportFields }
    }
  }`,
  [ImportFields],
);
