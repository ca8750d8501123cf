import type { CodatSandbox } from "./codat-sandbox.ts";
import type { Connection } from "./companies.ts";
import { organisationOf } from "./organisations.ts";

/** How a walk over the hosted page ended, in Codat's numbers and words. */
export const linkEnds = {
  linked: { statusCode: "200", statusText: "OK", errorMessage: "" },
  nothingDone: { statusCode: "201", statusText: "Created", errorMessage: "Already connected." },
  refused: { statusCode: "403", statusText: "Forbidden", errorMessage: "User cancelled." },
} as const;

export type LinkEnd = (typeof linkEnds)[keyof typeof linkEnds];

/**
 * Where the browser goes: the portal's address with its placeholders filled. Those that Codat does not know take their
 * value from the link's own query, which is how a caller's state comes back.
 * @returns null: none is set
 */
export function returnAddress(
  codat: CodatSandbox,
  connection: Connection,
  end: LinkEnd,
  query: URLSearchParams,
): string | null {
  const { redirectUrl } = codat.portal;
  if (redirectUrl === undefined) return null;
  const { connectionId, company, package: of, sourceId, organisation } = connection;
  const known: Readonly<Record<string, string>> = {
    clientId: "sandbox",
    ...{ connectionId, companyId: company.companyId, sourceId },
    ...{ integrationId: of.integrationId, platform: of.key, platformName: of.name },
    ...{ sourceType: of.sourceType, ...end },
    "data.company.companyName": organisation === null ? "" : organisationOf(organisation).name,
  };
  return redirectUrl.replace(/\{([\w.]+)\}/g, (_, name: string) =>
    encodeURIComponent(known[name] ?? query.get(name) ?? ""),
  );
}
