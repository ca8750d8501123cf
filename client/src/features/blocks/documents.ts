import { graphql, type ResultOf, type VariablesOf } from "../../lib/graphql.ts";
import {
  BlockFields,
  DemandFields,
  LeaseholderFields,
  LoadedRowsFields,
  UnitFields,
} from "./fragments.ts";

export const BlocksDocument = graphql(
  `
    query Blocks {
      blocks(includeArchived: true) {
        ...BlockFields
      }
      eventCursor
    }
  `,
  [BlockFields],
);

export const BlockDocument = graphql(
  `
    query Block($id: ID!) {
      block(id: $id) {
        ...BlockFields
        units(includeArchived: true) {
          ...UnitFields
        }
      }
      eventCursor
    }
  `,
  [BlockFields, UnitFields],
);

export const LeaseholdersDocument = graphql(
  `
    query Leaseholders($blockId: ID!) {
      leaseholders(blockId: $blockId, includeArchived: true) {
        ...LeaseholderFields
      }
    }
  `,
  [LeaseholderFields],
);

export const DemandsDocument = graphql(
  `
    query Demands($first: Int, $after: String, $filter: OpenItemFilter) {
      openItems(first: $first, after: $after, filter: $filter) {
        nodes {
          ...DemandFields
        }
        pageInfo {
          hasNextPage
          endCursor
        }
        totalCount
      }
    }
  `,
  [DemandFields],
);

export type DemandFilter = NonNullable<VariablesOf<typeof DemandsDocument>["filter"]>;

export const CreateBlockDocument = graphql(
  `
    mutation CreateBlock($name: String!) {
      createBlock(name: $name) {
        __typename
        ...BlockFields
        ... on Problem {
          message
        }
      }
    }
  `,
  [BlockFields],
);

export const RenameBlockDocument = graphql(`
  mutation RenameBlock($id: ID!, $name: String!) {
    renameBlock(id: $id, name: $name) {
      __typename
      ... on Block {
        id
        name
      }
      ... on Problem {
        message
      }
    }
  }
`);

export const ArchiveBlockDocument = graphql(`
  mutation ArchiveBlock($id: ID!) {
    archiveBlock(id: $id) {
      __typename
      ... on Block {
        id
        name
        archivedAt
      }
      ... on Problem {
        message
      }
    }
  }
`);

export const CreateUnitDocument = graphql(
  `
    mutation CreateUnit($blockId: ID!, $input: UnitInput!) {
      createUnit(blockId: $blockId, input: $input) {
        __typename
        ...UnitFields
        ... on InvalidInputProblem {
          field
        }
        ... on Problem {
          message
        }
      }
    }
  `,
  [UnitFields],
);

export const UpdateUnitDocument = graphql(
  `
    mutation UpdateUnit($id: ID!, $input: UnitInput!) {
      updateUnit(id: $id, input: $input) {
        __typename
        ...UnitFields
        ... on InvalidInputProblem {
          field
        }
        ... on Problem {
          message
        }
      }
    }
  `,
  [UnitFields],
);

export const ArchiveUnitDocument = graphql(
  `
    mutation ArchiveUnit($id: ID!) {
      archiveUnit(id: $id) {
        __typename
        ...UnitFields
        ... on Problem {
          message
        }
      }
    }
  `,
  [UnitFields],
);

export const RestoreUnitDocument = graphql(
  `
    mutation RestoreUnit($id: ID!) {
      restoreUnit(id: $id) {
        __typename
        ...UnitFields
        ... on Problem {
          message
        }
      }
    }
  `,
  [UnitFields],
);

export const CreateLeaseholderDocument = graphql(
  `
    mutation CreateLeaseholder($input: LeaseholderInput!) {
      createLeaseholder(input: $input) {
        __typename
        ...LeaseholderFields
        ... on InvalidInputProblem {
          field
        }
        ... on Problem {
          message
        }
      }
    }
  `,
  [LeaseholderFields],
);

export type LeaseholderInput = VariablesOf<typeof CreateLeaseholderDocument>["input"];

export const UpdateLeaseholderDocument = graphql(
  `
    mutation UpdateLeaseholder($id: ID!, $input: LeaseholderInput!) {
      updateLeaseholder(id: $id, input: $input) {
        __typename
        ...LeaseholderFields
        ... on InvalidInputProblem {
          field
        }
        ... on Problem {
          message
        }
      }
    }
  `,
  [LeaseholderFields],
);

export const ArchiveLeaseholderDocument = graphql(
  `
    mutation ArchiveLeaseholder($id: ID!) {
      archiveLeaseholder(id: $id) {
        __typename
        ...LeaseholderFields
        ... on Problem {
          message
        }
      }
    }
  `,
  [LeaseholderFields],
);

export const RestoreLeaseholderDocument = graphql(
  `
    mutation RestoreLeaseholder($id: ID!) {
      restoreLeaseholder(id: $id) {
        __typename
        ...LeaseholderFields
        ... on Problem {
          message
        }
      }
    }
  `,
  [LeaseholderFields],
);

export const CreateDemandDocument = graphql(
  `
    mutation CreateDemand($input: DemandInput!) {
      createDemand(input: $input) {
        __typename
        ...DemandFields
        ... on InvalidInputProblem {
          field
        }
        ... on Problem {
          message
        }
      }
    }
  `,
  [DemandFields],
);

export type DemandInput = VariablesOf<typeof CreateDemandDocument>["input"];

export const UpdateDemandDocument = graphql(
  `
    mutation UpdateDemand($id: ID!, $input: DemandInput!) {
      updateDemand(id: $id, input: $input) {
        __typename
        ...DemandFields
        ... on InvalidInputProblem {
          field
        }
        ... on Problem {
          message
        }
      }
    }
  `,
  [DemandFields],
);

export const LoadUnitsDocument = graphql(
  `
    mutation LoadUnits($blockId: ID!, $csv: String!, $dryRun: Boolean!) {
      loadUnits(blockId: $blockId, csv: $csv, dryRun: $dryRun) {
        __typename
        ...LoadedRowsFields
        ... on Problem {
          message
        }
      }
    }
  `,
  [LoadedRowsFields],
);

export const LoadDemandsDocument = graphql(
  `
    mutation LoadDemands($blockId: ID!, $csv: String!, $dryRun: Boolean!) {
      loadDemands(blockId: $blockId, csv: $csv, dryRun: $dryRun) {
        __typename
        ...LoadedRowsFields
        ... on Problem {
          message
        }
      }
    }
  `,
  [LoadedRowsFields],
);

/** How far the books of a block, or of all blocks, are. */
export const BlockFiguresDocument = graphql(`
  query BlockFigures($blockId: ID, $from: LocalDate, $to: LocalDate) {
    blockFigures(blockId: $blockId, from: $from, to: $to) {
      transactions
      matched
      unreconciled
      excluded
      matchRate
      credits {
        amount
        currency
      }
      debits {
        amount
        currency
      }
      net {
        amount
        currency
      }
      lastImportOn
      lastImport {
        id
        fileName
      }
    }
  }
`);

export type BlockFigures = ResultOf<typeof BlockFiguresDocument>["blockFigures"];
