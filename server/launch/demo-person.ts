/** A person of the demo at work: signed in, over HTTP, with nothing that a browser would not have. */

export interface DemoPerson {
  /**
   * The data of a query or mutation.
   * @throws Error when it is refused or answers a problem
   */
  // biome-ignore lint/suspicious/noExplicitAny: the shape follows from each document.
  ask(document: string, variables?: Record<string, unknown>): Promise<any>;
  /** Sends a statement file for an account, to be written as soon as it is read. @returns the import's id */
  sendStatement(file: { name: string; text: string; accountId: string }): Promise<string>;
  signOut(): Promise<void>;
}

/** @throws Error when the sign-in is refused */
export async function demoPerson(
  serverUrl: string,
  email: string,
  password: string,
): Promise<DemoPerson> {
  const signIn = `mutation ($email: String!, $password: String!) {
    signIn(email: $email, password: $password) { __typename ... on Problem { message } } }`;
  const response = await post(serverUrl, signIn, { email, password });
  await dataOf(response);
  const cookie = response.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  const ask = async (document: string, variables: Record<string, unknown> = {}) =>
    dataOf(await post(serverUrl, document, variables, { cookie }));
  return {
    ask,
    async sendStatement(file) {
      const form = new FormData();
      const variables = { file: null, accountId: file.accountId };
      form.set("operations", JSON.stringify({ query: upload, variables }));
      form.set("map", JSON.stringify({ 0: ["variables.file"] }));
      form.set("0", new Blob([file.text], { type: "text/csv" }), file.name);
      const headers = { cookie, origin: serverUrl, "graphql-require-preflight": "1" };
      const answer = await fetch(`${serverUrl}/graphql`, { method: "POST", headers, body: form });
      return (await dataOf(answer)).uploadStatementFile.id;
    },
    async signOut() {
      await ask("mutation { signOut }");
    },
  };
}

const upload = `mutation ($file: Upload!, $accountId: ID!) {
  uploadStatementFile(file: $file, accountId: $accountId, importWhenRead: true) {
    ... on ImportBatch { id } ... on Problem { message } } }`;

function post(
  serverUrl: string,
  query: string,
  variables: Record<string, unknown>,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${serverUrl}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: serverUrl, ...headers },
    body: JSON.stringify({ query, variables }),
  });
}

// biome-ignore lint/suspicious/noExplicitAny: the shape follows from each document.
async function dataOf(response: Response): Promise<any> {
  const { data, errors } = (await response.json()) as {
    data?: Record<string, { message?: string } | null>;
    errors?: { message: string }[];
  };
  const refused = errors?.[0]?.message ?? problemOf(data ?? {});
  if (refused !== undefined) throw new Error(refused);
  return data;
}

/** A mutation's document asks for the message of a problem, and for no other message. */
function problemOf(data: Record<string, { message?: string } | null>): string | undefined {
  return Object.values(data).find((answer) => answer?.message !== undefined)?.message;
}
