import { graphql, type ResultOf } from "../../../lib/graphql.ts";
import { ItemSideFields, LineSideFields } from "../sides.ts";

export const ReplayFields = graphql(`
  fragment ReplayFields on MatchReplay {
    __typename
    id
    status
    progress
    failure
    requestedBy
    requestedAt
    finishedAt
    subject { kind label family version automaticScoreMin marginPoints }
    result {
      decided
      automatic
      right
      wrong
      missed
      precision
      recall
      differenceCount
    }
  }
`);

export type Replay = ResultOf<typeof ReplayFields>;

export const ReplaysDocument = graphql(
  `query MatchReplays {
    matchReplays(first: 100) { ...ReplayFields }
    eventCursor
  }`,
  [ReplayFields],
);

export const FiguresFields = graphql(`
  fragment FiguresFields on ReplayFigures {
    __typename
    automatic
    right
    wrong
    missed
    precision
    recall
    wronglyCleared { amount currency }
  }
`);

export type Figures = ResultOf<typeof FiguresFields>;

export const DifferenceFields = graphql(
  `fragment DifferenceFields on ReplayDifference {
    __typename
    kind
    message
    score
    amount { amount currency }
    transaction { ...LineSideFields }
    was { ...ItemSideFields }
    would { ...ItemSideFields }
  }`,
  [LineSideFields, ItemSideFields],
);

export type Difference = ResultOf<typeof DifferenceFields>;

export const ReplayDocument = graphql(
  `query MatchReplay($id: ID!) {
    matchReplay(id: $id) {
      ...ReplayFields
      subject {
        profile { id name builtIn family version archivedAt }
        rule { id name archivedAt }
      }
      result {
        decidedByPeople
        ofSameProfile
        unjudged
        bounded
        wronglyCleared { amount currency }
        byPeople { ...FiguresFields }
        today { ...FiguresFields }
      }
    }
    eventCursor
  }`,
  [ReplayFields, FiguresFields],
);

export type ReplayDetails = NonNullable<ResultOf<typeof ReplayDocument>["matchReplay"]>;
export type ReplayResult = NonNullable<ReplayDetails["result"]>;

/** Asked by itself, once there is a result: it may be long. */
export const DifferencesDocument = graphql(
  `query ReplayDifferences($id: ID!, $first: Int!) {
    matchReplay(id: $id) {
      id
      result { differences(first: $first) { ...DifferenceFields } }
    }
  }`,
  [DifferenceFields],
);

export const ReplaysChangedDocument = graphql(
  `subscription MatchReplaysChanged($after: Cursor) {
    matchingChanged(after: $after) {
      cursor
      refetch
      replays { ...ReplayFields }
    }
  }`,
  [ReplayFields],
);

/** What can be tried. */
export const ReplayChoicesDocument = graphql(`
  query ReplayChoices {
    matchingProfiles {
      id
      name
      builtIn
      family
      version
      definition { automaticScoreMin marginPoints }
    }
    matchingChoices { family version profile { id } }
    matchingRules { id name position enabled summary }
  }
`);

export type ReplayChoices = ResultOf<typeof ReplayChoicesDocument>;

export const TryProfileDocument = graphql(
  `mutation TryProfile(
    $profileId: ID!
    $version: Int
    $automaticScoreMin: Int
    $marginPoints: Int
  ) {
    replayProfile(
      profileId: $profileId
      version: $version
      automaticScoreMin: $automaticScoreMin
      marginPoints: $marginPoints
    ) {
      __typename
      ...ReplayFields
      ... on ProfileProblem { fields { field message } }
      ... on Problem { message }
    }
  }`,
  [ReplayFields],
);

export const ReplayRuleDocument = graphql(
  `mutation ReplayRule($ruleId: ID, $conditions: RuleConditionsInput, $action: RuleActionInput) {
    replayRule(ruleId: $ruleId, conditions: $conditions, action: $action) {
      __typename
      ...ReplayFields
      ... on InvalidInputProblem { field }
      ... on Problem { message }
    }
  }`,
  [ReplayFields],
);
