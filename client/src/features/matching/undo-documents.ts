import { graphql, type ResultOf, type VariablesOf } from "../../lib/graphql.ts";

export const UndoPreviewDocument = graphql(`
  query UndoDecisionsPreview($scope: UndoScope!, $id: ID!) {
    undoPreview(scope: $scope, id: $id) {
      matches
      transactions
      openItems
      transfers
      ruleHits
      amount { amount currency }
      sample {
        id
        payments {
          id
          amount { amount currency }
          transaction { id bookedOn description counterpartyName }
          openItem { id kind number counterpartyName }
        }
      }
    }
  }
`);

export type UndoScope = VariablesOf<typeof UndoPreviewDocument>["scope"];
export type UndoPreview = NonNullable<ResultOf<typeof UndoPreviewDocument>["undoPreview"]>;

export const UndoDecisionsDocument = graphql(`
  mutation UndoDecisions($scope: UndoScope!, $id: ID!, $reason: String, $maySuggestAgain: Boolean!) {
    undoDecisions(scope: $scope, id: $id, reason: $reason, maySuggestAgain: $maySuggestAgain) {
      __typename
      ... on UndoneDecisions { matches transfers ruleHits }
      ... on Problem { message }
      ... on InvalidInputProblem { field }
    }
  }
`);

export type UndoneDecisions = Extract<
  ResultOf<typeof UndoDecisionsDocument>["undoDecisions"],
  { __typename: "UndoneDecisions" }
>;
