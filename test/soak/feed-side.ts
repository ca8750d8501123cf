/** The organisation whose account feeds books, through a server process that may be gone at any moment. */
import { addDays, localDate } from "../../server/src/core/dates.ts";
import { createApiKey } from "../../server/src/features/organisations/create-api-key.ts";
import type { Ask } from "../support/feed-over-api.ts";
import {
  addAccount,
  addConnection,
  addOrganisation,
  createTestApp,
  viewerIn,
} from "../support/world.ts";
import type { SoakDatabase } from "./product.ts";

export interface FeedOwner {
  readonly apiKey: string;
  readonly accountId: string;
  readonly feedStartOn: string;
}

const daysBack = 80;

/** An organisation with an account, so many lines over the last weeks, and a program's key. */
export async function feedOwner(
  { serverUrl, admin }: SoakDatabase,
  lines: number,
): Promise<FeedOwner> {
  const now = new Date();
  const app = await createTestApp(serverUrl, { now });
  try {
    const organisation = await addOrganisation(app);
    const bankId = await addConnection(app, organisation.id);
    const balance = { balanceCurrentMinor: 5_000_00n };
    const accountId = await addAccount(app, organisation.id, bankId, balance);
    const feedStartOn = addDays(localDate(now.toISOString().slice(0, 10)), -daysBack);
    // Of few words and amounts, so that many lines of a day are alike.
    await admin.query(
      `INSERT INTO bank_transaction (organisation_id, id, account_id, external_id, booked_on, amount_minor, currency,
         description)
       SELECT $1, gen_random_uuid(), $2, 'soak-' || n, $3::date + n * ${daysBack - 1} / $4::int, (n % 7 - 3) * 1250 + 7, 'GBP',
         'Line ' || n % 5
       FROM generate_series(0, $4::int - 1) n`,
      [organisation.id, accountId, feedStartOn, lines],
    );
    const { secret: apiKey } = await createApiKey(app, viewerIn(organisation), {
      name: "Soak",
      permissions: ["accounting:manage", "transactions:read", "bank_connections:read"],
    });
    return { apiKey, accountId, feedStartOn };
  } finally {
    await app.close();
  }
}

export function asker(url: string, apiKey: string): Ask {
  return async <Data>(query: string, variables: Record<string, unknown> = {}) => {
    const response = await fetch(`${url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${apiKey}` },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as { data?: Data; errors?: unknown };
    if (!data || errors) throw new Error(`the API answered ${JSON.stringify(errors)}`);
    return data;
  };
}
