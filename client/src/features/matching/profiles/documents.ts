import { graphql, type ResultOf, type VariablesOf } from "../../../lib/graphql.ts";

const DefinitionFields = graphql(`
  fragment DefinitionFields on ProfileDefinition {
    __typename
    points { signal label points }
    automaticScoreMin
    suggestionScoreMin
    marginPoints
    tolerancePercent
    ratePercent
    dateWindowDays
    earlyDaysMax
    neighbourDistanceMax
    residuals {
      roundingMax
      bankFeeMax
      bankFeePercent
      discountPercents
      exchangePercent
      shortPaymentMax
      shortPaymentPercent
    }
  }
`);

export type Definition = ResultOf<typeof DefinitionFields>;

const ProfileFields = graphql(
  `fragment ProfileFields on MatchingProfile {
    __typename
    id
    name
    family
    builtIn
    version
    archivedAt
    inUse
    definition { ...DefinitionFields }
  }`,
  [DefinitionFields],
);

export type Profile = ResultOf<typeof ProfileFields>;
export type Family = Profile["family"];

const ChoiceFields = graphql(`
  fragment ChoiceFields on MatchingChoice {
    __typename
    family
    version
    automatic
    chosenBy
    chosenAt
    profile { id name family builtIn version }
  }
`);

export type Choice = ResultOf<typeof ChoiceFields>;

export const ProfilesDocument = graphql(
  `query MatchingProfiles($includeArchived: Boolean!) {
    matchingProfiles(includeArchived: $includeArchived) { ...ProfileFields }
    matchingChoices { ...ChoiceFields }
  }`,
  [ProfileFields, ChoiceFields],
);

/** Every profile with its versions: for the page of one, and for what it was copied from. */
export const ProfileVersionsDocument = graphql(
  `query ProfileVersions {
    matchingProfiles(includeArchived: true) {
      ...ProfileFields
      versions {
        version
        note
        createdBy
        createdAt
        definition { ...DefinitionFields }
      }
    }
    matchingChoices { ...ChoiceFields }
  }`,
  [ProfileFields, DefinitionFields, ChoiceFields],
);

export type ProfileWithVersions = ResultOf<
  typeof ProfileVersionsDocument
>["matchingProfiles"][number];
export type ProfileVersion = ProfileWithVersions["versions"][number];

export const CreateProfileDocument = graphql(
  `mutation CreateProfile($input: ProfileInput!) {
    createProfile(input: $input) {
      __typename
      ...ProfileFields
      ... on InvalidInputProblem { field }
      ... on ProfileProblem { fields { field message } }
      ... on Problem { message }
    }
  }`,
  [ProfileFields],
);

export type DefinitionInput = VariablesOf<typeof CreateProfileDocument>["input"]["definition"];

export const ChangeProfileDocument = graphql(
  `mutation ChangeProfile($id: ID!, $input: ProfileChangeInput!) {
    changeProfile(id: $id, input: $input) {
      __typename
      ...ProfileFields
      ... on InvalidInputProblem { field }
      ... on ProfileProblem { fields { field message } }
      ... on Problem { message }
    }
  }`,
  [ProfileFields],
);

export const ReplayProfileDocument = graphql(`
  mutation ReplayProfile(
    $profileId: ID
    $version: Int
    $family: ProfileFamily
    $definition: ProfileDefinitionInput
  ) {
    replayProfile(
      profileId: $profileId
      version: $version
      family: $family
      definition: $definition
    ) {
      __typename
      ... on MatchReplay { id status requestedAt }
      ... on ProfileProblem { fields { field message } }
      ... on Problem { message }
    }
  }
`);

export const ArchiveProfileDocument = graphql(`
  mutation ArchiveProfile($id: ID!) {
    archiveProfile(id: $id) {
      __typename
      ... on MatchingProfile { id name archivedAt }
      ... on Problem { message }
    }
  }
`);

export const RestoreProfileDocument = graphql(`
  mutation RestoreProfile($id: ID!) {
    restoreProfile(id: $id) {
      __typename
      ... on MatchingProfile { id name archivedAt }
      ... on Problem { message }
    }
  }
`);

export const ChooseProfileDocument = graphql(
  `mutation ChooseProfile(
    $family: ProfileFamily!
    $profileId: ID
    $version: Int
    $automatic: Boolean
  ) {
    chooseProfile(
      family: $family
      profileId: $profileId
      version: $version
      automatic: $automatic
    ) {
      __typename
      ...ChoiceFields
      ... on Problem { message }
    }
  }`,
  [ChoiceFields],
);
