import { graphql, type ResultOf, type VariablesOf } from "../../../lib/graphql.ts";

export const RuleWarningFields = graphql(`
  fragment RuleWarningFields on RuleWarning {
    __typename
    kind
    message
    otherRule { id name }
  }
`);

export type RuleWarning = ResultOf<typeof RuleWarningFields>;

export const RuleFields = graphql(`
  fragment RuleFields on MatchingRule {
    __typename
    id
    position
    name
    enabled
    summary
    hits
    lastHitAt
    createdBy
    createdAt
    changedAt
    conditions {
      texts { field test value }
      amountMin
      amountMax
      currency
      direction
      accounts { id }
      block { id name }
    }
    action {
      kind
      category { id name }
      standalone
      reason
      clientName
    }
  }
`);

export type Rule = ResultOf<typeof RuleFields>;

export const RulesDocument = graphql(
  `query MatchingRules {
    matchingRules { ...RuleFields }
    eventCursor
  }`,
  [RuleFields],
);

/** Asked by itself: it reads a year of lines, and the list needn't wait for it. */
export const RuleWarningsDocument = graphql(
  `query RuleWarnings {
    matchingRules {
      id
      warnings { ...RuleWarningFields }
    }
  }`,
  [RuleWarningFields],
);

/** What the conditions of a rule choose from. */
export const RulePlacesDocument = graphql(`
  query RulePlaces {
    financialAccounts { id name mask closedAt institutionName }
    blocks { id name }
  }
`);

/** What a rule can make of a line. */
export const RuleCategoriesDocument = graphql(`
  query RuleCategories {
    categories { id name kind }
  }
`);

/** Whose payments there can be: the names on the newest open items that a text is found in. */
export const KnownClientsDocument = graphql(`
  query KnownClients($search: String) {
    openItems(first: 50, filter: { search: $search }) {
      nodes { id counterpartyName }
    }
  }
`);

/** The bank line that a rule is made from. */
export const RuleOriginDocument = graphql(`
  query RuleOrigin($id: ID!) {
    bankTransaction(id: $id) {
      id
      description
      counterpartyName
      amount { amount currency }
    }
  }
`);

export type RuleOrigin = NonNullable<ResultOf<typeof RuleOriginDocument>["bankTransaction"]>;

export const PreviewRuleDocument = graphql(
  `query PreviewRule(
    $id: ID
    $position: Int
    $conditions: RuleConditionsInput!
    $action: RuleActionInput!
  ) {
    previewRule(id: $id, position: $position, conditions: $conditions, action: $action) {
      matching
      changing
      alreadyDecided
      bounded
      amount { amount currency }
      warnings { ...RuleWarningFields }
      sample(first: 20) {
        effect
        conflict
        transaction {
          id
          bookedOn
          description
          counterpartyName
          amount { amount currency }
        }
      }
    }
  }`,
  [RuleWarningFields],
);

export type RulePreviewVariables = VariablesOf<typeof PreviewRuleDocument>;
export type RulePreview = ResultOf<typeof PreviewRuleDocument>["previewRule"];
export type RulePreviewLine = RulePreview["sample"][number];

export const CreateRuleDocument = graphql(
  `mutation CreateRule($input: RuleInput!) {
    createRule(input: $input) {
      __typename
      ...RuleFields
      ... on InvalidInputProblem { field }
      ... on Problem { message }
    }
  }`,
  [RuleFields],
);

export type RuleInput = VariablesOf<typeof CreateRuleDocument>["input"];

export const UpdateRuleDocument = graphql(
  `mutation UpdateRule($id: ID!, $input: RuleInput!) {
    updateRule(id: $id, input: $input) {
      __typename
      ...RuleFields
      ... on InvalidInputProblem { field }
      ... on Problem { message }
    }
  }`,
  [RuleFields],
);

export const MoveRuleDocument = graphql(`
  mutation MoveRule($id: ID!, $position: Int!) {
    moveRule(id: $id, position: $position) {
      __typename
      ... on MatchingRule { id name position }
      ... on Problem { message }
    }
  }
`);

/** Follows runs: what the rules did changes their hits. */
export const RulesFollowDocument = graphql(`
  subscription RulesFollow($after: Cursor) {
    matchingChanged(after: $after) {
      cursor
      refetch
      runs { id status }
    }
  }
`);

export const SetRuleEnabledDocument = graphql(`
  mutation SetRuleEnabled($id: ID!, $enabled: Boolean!) {
    setRuleEnabled(id: $id, enabled: $enabled) {
      __typename
      ... on MatchingRule { id name enabled }
      ... on Problem { message }
    }
  }
`);

export const ArchiveRuleDocument = graphql(`
  mutation ArchiveRule($id: ID!) {
    archiveRule(id: $id) {
      __typename
      ... on MatchingRule { id name archivedAt }
      ... on Problem { message }
    }
  }
`);
