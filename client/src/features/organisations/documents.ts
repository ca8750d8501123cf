import { graphql } from "../../lib/graphql.ts";

export const ViewerFields = graphql(`
  fragment ViewerFields on Viewer {
    __typename
    person { id name email }
    organisation { id name baseCurrency timeZone }
    organisations { current role organisation { id name } }
    role
    permissions
  }
`);

export const ViewerDocument = graphql(`query Viewer { viewer { ...ViewerFields } }`, [
  ViewerFields,
]);

export const SignInDocument = graphql(
  `mutation SignIn($email: String!, $password: String!) {
    signIn(email: $email, password: $password) {
      __typename
      ...ViewerFields
      ... on InvalidInputProblem { message field }
      ... on RateLimitedProblem { message retryAt }
    }
  }`,
  [ViewerFields],
);

export const SignOutDocument = graphql(`mutation SignOut { signOut }`);

export const SetUpDocument = graphql(
  `mutation SetUp(
    $token: String!
    $organisationName: String!
    $baseCurrency: String!
    $name: String!
    $email: String!
    $password: String!
  ) {
    setUp(
      token: $token
      organisationName: $organisationName
      baseCurrency: $baseCurrency
      name: $name
      email: $email
      password: $password
    ) {
      __typename
      ...ViewerFields
      ... on InvalidInputProblem { message field }
      ... on NotFoundProblem { message }
    }
  }`,
  [ViewerFields],
);

export const SwitchOrganisationDocument = graphql(`
  mutation SwitchOrganisation($organisationId: ID!) {
    switchOrganisation(organisationId: $organisationId) {
      __typename
      ... on Viewer { organisation { id } }
      ... on Problem { message }
    }
  }
`);

/** How far the log of events is now: a list that is loaded after it misses nothing. */
export const EventCursorDocument = graphql(`query EventCursor { eventCursor }`);
