import type { SoakDatabase } from "./product.ts";
import { type Connected, pullEverything, type Run, repairWhatNeedsIt } from "./program.ts";

const settleMsMax = 240_000;

/** A connection whose stored rows are not the bank's, with some of what differs. */
export interface Wrong {
  readonly connection: string;
  readonly provider: string;
  readonly missing: string[];
  readonly extra: string[];
}

/** Lets everything come to rest, and compares. */
export async function settle(run: Run, connected: readonly Connected[]): Promise<Wrong[]> {
  const giveUpAt = performance.now() + settleMsMax;
  for (;;) {
    await run.bank.running.idle();
    const wrong = await compare(run, connected);
    if (wrong.length === 0 || performance.now() > giveUpAt) return wrong;
    run.log(`${wrong.length} connections still differ`);
    const late = new Set(wrong.map(({ connection }) => connection));
    const behind = connected.filter(({ id }) => late.has(id));
    await repairWhatNeedsIt(run, behind);
    await pullEverything(run, behind);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
  }
}

async function compare({ bank, database }: Run, connected: readonly Connected[]) {
  const { rows } = await database.admin.query<{ id: string; external_id: string; lines: string[] }>(
    `SELECT c.id, c.external_id, coalesce(array_agg(concat_ws('|', a.name, t.booked_on, t.amount_minor, t.pending, t.description))
       FILTER (WHERE t.id IS NOT NULL AND t.removed_at IS NULL), '{}') AS lines
     FROM bank_connection c
     LEFT JOIN financial_account a ON a.organisation_id = c.organisation_id AND a.connection_id = c.id
     LEFT JOIN bank_transaction t ON t.organisation_id = a.organisation_id AND t.account_id = a.id
     GROUP BY c.organisation_id, c.id, c.external_id`,
  );
  const consents = new Map(bank.consents().map((consent) => [consent.consentId, consent]));
  return rows.flatMap(({ id, external_id, lines }) => {
    const consent = consents.get(external_id);
    const provider = connected.find((each) => each.id === id)?.provider ?? "?";
    const expected = consent ? bank.linesOf(consent) : [];
    const stored = lines.map(plainBoolean).sort();
    const missing = without(expected, stored);
    const extra = without(stored, expected);
    const alike = consent !== undefined && missing.length === 0 && extra.length === 0;
    return alike
      ? []
      : [{ connection: id, provider, missing: missing.slice(0, 5), extra: extra.slice(0, 5) }];
  });
}

/** PostgreSQL writes t and f. */
function plainBoolean(line: string): string {
  return line.replace(/\|(t|f)\|/, (_, value) => `|${value === "t"}|`);
}

/** Of two like lines each counts. */
function without(lines: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}

export async function totals({ admin }: SoakDatabase): Promise<{ rows: number; doubled: number }> {
  const { rows } = await admin.query<{ rows: number; doubled: number }>(
    `SELECT (SELECT count(*)::int FROM bank_transaction) AS rows,
       (SELECT count(*)::int FROM (
         SELECT FROM bank_transaction GROUP BY account_id, external_id HAVING count(*) > 1) d) AS doubled`,
  );
  return rows[0] ?? { rows: 0, doubled: 0 };
}
