import { graphql, type ResultOf } from "../../lib/graphql.ts";

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

export const MemberFields = graphql(`
  fragment MemberFields on Member {
    __typename
    id
    role
    joinedAt
    person { id name email }
  }
`);

export type Member = ResultOf<typeof MemberFields>;

export const MembersDocument = graphql(`query Members { members { ...MemberFields } }`, [
  MemberFields,
]);

export const AddMemberDocument = graphql(
  `mutation AddMember($email: String!, $name: String!, $role: Role!, $password: String) {
    addMember(email: $email, name: $name, role: $role, password: $password) {
      __typename
      ...MemberFields
      ... on Problem { message }
      ... on InvalidInputProblem { field }
    }
  }`,
  [MemberFields],
);

export const ChangeMemberRoleDocument = graphql(
  `mutation ChangeMemberRole($id: ID!, $role: Role!) {
    changeMemberRole(id: $id, role: $role) {
      __typename
      ...MemberFields
      ... on Problem { message }
    }
  }`,
  [MemberFields],
);

export const RemoveMemberDocument = graphql(
  `mutation RemoveMember($id: ID!) {
    removeMember(id: $id) {
      __typename
      ...MemberFields
      ... on Problem { message }
    }
  }`,
  [MemberFields],
);

export const ApiKeyFields = graphql(`
  fragment ApiKeyFields on ApiKey {
    __typename
    id
    name
    prefix
    permissions
    createdAt
    lastUsedAt
    revokedAt
  }
`);

export type ApiKey = ResultOf<typeof ApiKeyFields>;

export const ApiKeysDocument = graphql(
  `query ApiKeys { apiKeys { ...ApiKeyFields } permissions { name description } }`,
  [ApiKeyFields],
);

export type Permission = ResultOf<typeof ApiKeysDocument>["permissions"][number];

export const CreateApiKeyDocument = graphql(
  `mutation CreateApiKey($name: String!, $permissions: [String!]!) {
    createApiKey(name: $name, permissions: $permissions) {
      __typename
      ... on CreatedApiKey { secret apiKey { ...ApiKeyFields } }
      ... on Problem { message }
    }
  }`,
  [ApiKeyFields],
);

export const RevokeApiKeyDocument = graphql(
  `mutation RevokeApiKey($id: ID!) {
    revokeApiKey(id: $id) {
      __typename
      ...ApiKeyFields
      ... on Problem { message }
    }
  }`,
  [ApiKeyFields],
);

export const AuditDocument = graphql(`
  query Audit($first: Int, $after: String) {
    auditEntries(first: $first, after: $after) {
      nodes { id at actorName actorKind summary subjectKind }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export type AuditEntry = ResultOf<typeof AuditDocument>["auditEntries"]["nodes"][number];
