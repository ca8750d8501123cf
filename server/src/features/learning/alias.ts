import type { App } from "../../app.ts";
import { readAsOrganisation } from "../../db/as-organisation.ts";
import { addSearch, Conditions } from "../conditions.ts";
import { type ForwardArguments, keysetCursor, keysetPage, keysetRequest } from "../keyset-page.ts";
import { authorise, type Viewer } from "../viewer.ts";

/** That a payer's text is a client, learned from matches by hand. */
export interface Alias {
  readonly id: string;
  readonly payerKey: string;
  /** As the bank wrote it when it was learned. */
  readonly payerText: string;
  readonly clientKey: string;
  readonly clientName: string;
  /** Matches by hand that said so and still stand. */
  readonly confirmations: number;
  readonly learnedBy: string;
  readonly learnedAt: Date;
  readonly lastConfirmedAt: Date;
  readonly revokedAt: Date | null;
  readonly revokedBy: string | null;
}

export const aliasColumns = `id, payer_key AS "payerKey", payer_text AS "payerText", client_key AS "clientKey",
  client_name AS "clientName", confirmations, learned_by AS "learnedBy", learned_at AS "learnedAt",
  last_confirmed_at AS "lastConfirmedAt", revoked_at AS "revokedAt", revoked_by AS "revokedBy"`;

/** One page of what was learned, by payer. @throws Forbidden, InvalidInput */
export async function listAliases(
  app: App,
  viewer: Viewer,
  request: { page: ForwardArguments; search?: string | null; includeRevoked: boolean },
) {
  authorise(viewer, "transactions:read");
  const page = keysetRequest(request.page, (parts) => parts.length === 2);
  const conditions = new Conditions();
  // One without confirmations was learned from matches that have all been undone.
  conditions.add("confirmations > 0");
  if (!request.includeRevoked) conditions.add("revoked_at IS NULL");
  if (request.search) addSearch(conditions, request.search, ["payer_text", "client_name"]);
  const counting = { where: conditions.where(), values: [...conditions.values] };
  if (page.after) {
    const [payer, client] = page.after.map((part) => conditions.value(part));
    conditions.add(`(payer_key, client_key) > (${payer}::text, ${client}::text)`);
  }
  const limit = conditions.value(page.count + 1);
  const read = <Row extends object>(text: string, values: readonly unknown[]) =>
    readAsOrganisation(app.database, viewer.organisationId, (sql) => sql.query<Row>(text, values));
  const found = await read<Alias>(
    `SELECT ${aliasColumns} FROM alias ${conditions.where()}
     ORDER BY payer_key, client_key LIMIT ${limit}`,
    conditions.values,
  );
  return {
    ...keysetPage(page, found),
    countAll: async () => {
      const [row] = await read<{ count: bigint }>(
        `SELECT count(*) FROM alias ${counting.where}`,
        counting.values,
      );
      return Number(row?.count ?? 0n);
    },
  };
}

export function aliasCursor({ payerKey, clientKey }: Alias): string {
  return keysetCursor([payerKey, clientKey]);
}
