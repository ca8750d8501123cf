import { type Payer, payerOf } from "../../core/matching/payer-key.ts";
import { aliasKey } from "../../core/matching/prepare.ts";
import type { TenantTransaction } from "../../db/as-organisation.ts";
import { newId } from "../../db/ids.ts";
import { recordAudits } from "../audit/record.ts";
import type { Viewer } from "../viewer.ts";

/** Both sides of a match, as far as names go. */
export interface NamesOfMatch {
  readonly transactions: readonly {
    readonly counterpartyName: string | null;
    readonly description: string;
  }[];
  readonly items: readonly { readonly counterpartyName: string }[];
}

/**
 * Learns from a match that a person made: the payer's text is this client. Confirms it where it was learned before, also
 * where it was taken back; then it counts, and stays taken back. Nothing is learned from a match of several clients, from
 * texts that name nobody, nor from a payer that is called as the client is.
 */
export async function learnFromMatch(
  tx: TenantTransaction,
  viewer: Viewer,
  names: NamesOfMatch,
  at: Date,
): Promise<void> {
  const pairs = pairsOf(names);
  if (pairs.length === 0) return;
  const learned = await tx.query<{ id: string; payer: string; client: string; first: boolean }>(
    `INSERT INTO alias AS a (organisation_id, id, payer_key, payer_text, client_key, client_name, learned_by,
       learned_at, last_confirmed_at)
     SELECT $1, p.id, p."payerKey", p."payerText", p."clientKey", p."clientName", $2, $3, $3
     FROM jsonb_to_recordset($4::jsonb)
       AS p (id uuid, "payerKey" text, "payerText" text, "clientKey" text, "clientName" text)
     ON CONFLICT (organisation_id, payer_key, client_key) DO UPDATE SET
       confirmations = a.confirmations + 1,
       last_confirmed_at = excluded.last_confirmed_at,
       learned_at = CASE WHEN a.confirmations = 0 THEN excluded.learned_at ELSE a.learned_at END,
       learned_by = CASE WHEN a.confirmations = 0 THEN excluded.learned_by ELSE a.learned_by END
     RETURNING id, payer_text AS payer, client_name AS client, confirmations = 1 AND revoked_at IS NULL AS first`,
    [
      tx.organisationId,
      viewer.actor.name,
      at,
      JSON.stringify(pairs.map((pair) => ({ ...pair, id: newId() }))),
    ],
  );
  await recordAudits(
    tx,
    viewer,
    learned
      .filter(({ first }) => first)
      .map(({ id, payer, client }) => ({
        action: "alias.learned",
        subjectKind: "alias",
        subjectId: id,
        detail: { payer, client },
      })),
  );
}

/**
 * Takes back what a match by hand had confirmed, because a person undid it. What was learned after the match was made
 * is not from it.
 */
export async function unlearnFromMatch(
  tx: TenantTransaction,
  names: NamesOfMatch,
  matchId: string,
): Promise<void> {
  const pairs = pairsOf(names);
  if (pairs.length === 0) return;
  await tx.query(
    `UPDATE alias SET confirmations = confirmations - 1
     WHERE confirmations > 0 AND learned_at <= (SELECT decided_at FROM match WHERE id = $1)
       AND (payer_key, client_key) IN (SELECT * FROM unnest($2::text[], $3::text[]))`,
    [matchId, pairs.map(({ payerKey }) => payerKey), pairs.map(({ clientKey }) => clientKey)],
  );
}

interface LearnedPair {
  readonly payerKey: string;
  readonly payerText: string;
  readonly clientKey: string;
  readonly clientName: string;
}

const textCharactersMax = 300;

/** In one order for everybody, so that two who learn wait for each other and never in a circle. */
function pairsOf({ transactions, items }: NamesOfMatch): LearnedPair[] {
  const clients = new Map(
    items.map(({ counterpartyName }) => [aliasKey(counterpartyName), counterpartyName]),
  );
  const [client] = clients;
  if (client === undefined || clients.size > 1 || client[0] === "") return [];
  const [clientKey, clientName] = client;
  const payers = new Map<string, Payer>();
  for (const transaction of transactions) {
    const payer = payerOf(transaction);
    if (payer !== null && payer.key !== clientKey) payers.set(payer.key, payer);
  }
  return [...payers.values()]
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ key, text }) => ({
      payerKey: key,
      payerText: text.slice(0, textCharactersMax),
      clientKey,
      clientName,
    }));
}
