import type { App } from "../../../app.ts";
import { builtInProfiles } from "../../../core/matching/profile.ts";
import { proposeInSteps } from "../../../core/matching/propose-matches.ts";
import { asOrganisation, readAsOrganisation } from "../../../db/as-organisation.ts";
import { readAliases } from "../../learning/read-aliases.ts";
import { readProfilesInUse } from "../../matching-profiles/read-profiles-in-use.ts";
import { readRates } from "../../rates/read-rates.ts";
import { jobViewer } from "../../viewer.ts";
import { readRules } from "../rules/matching-rule.ts";
import { loadForTransfers } from "../transfers/apply-transfers.ts";
import { actBeforeMatching } from "./act-before-matching.ts";
import type { BegunRun } from "./begin-run.ts";
import { changeRun } from "./change-run.ts";
import {
  countOpen,
  loadDeclined,
  loadOpenBooks,
  loadPending,
  type Reading,
  rowsOfSideMax,
} from "./load-open-books.sql.ts";
import type { RunProfiles } from "./matching-run.ts";
import type { RunShare } from "./run-progress.ts";
import type { SeenBooks } from "./save-chunk.ts";
import { type RunOutcome, writeAsDecided } from "./write-as-decided.ts";

/** Who decided, in the words of the log and the screen. */
export const automaticMatcherName = "Automatic matching";

/** Matches that are written in one database transaction: it holds its locks for about a second at most. */
const matchesOfTransactionMax = 2_000;
const loadingMsMax = 5 * 60_000;

/**
 * A run from the database and back: loads what is open, lets rules act and transfers be found, lets core decide on the
 * rest, and meanwhile writes what is decided and still holds. It writes in chunks, each a whole that counts itself in the
 * run's row, so that whoever takes the run over goes on behind it.
 * @throws RunOvertaken
 */
export async function performRun(
  app: Pick<App, "database" | "now">,
  run: BegunRun,
  tell: (progress: RunShare) => void,
  options: { matchesOfTransactionMax?: number } = {},
): Promise<RunOutcome> {
  tell({ step: "loading", share: 0 });
  const { expected, loaded } = await load(app, run, tell);
  await noteLooked(app, run, {
    ...expected,
    profiles: versionsOf(loaded?.settings.profiles ?? builtInProfiles),
  });
  if (loaded === null) return { matched: 0, overtaken: 0 };
  const { books, settings, first, pending } = loaded;
  const viewer = jobViewer(run.organisationId, automaticMatcherName);
  const left = await actBeforeMatching(
    { app, run, viewer },
    { ...first, transactions: books.transactions },
    tell,
  );
  const { transactions, ruleOf } = left;
  const steps = proposeInSteps({
    ...settings,
    transactions: [...transactions, ...pending],
    items: books.items,
    suggestions: false,
    onProgress: (share) => tell({ step: "deciding", share }),
  });
  const seen: SeenBooks = {
    transactions: new Map(transactions.map((row) => [row.id, row])),
    items: new Map(books.items.map((row) => [row.id, row])),
    blocks: books.blocks,
    own: new Set(),
  };
  const { matchesOfTransactionMax: chunkSize = matchesOfTransactionMax } = options;
  const saved = await writeAsDecided(
    { app, run, viewer },
    { steps, seen, ruleOf, chunkSize },
    (share) => tell({ step: "writing", share }),
  );
  return { matched: left.matched + saved.matched, overtaken: saved.overtaken };
}

/** All that deciding needs; nothing where nothing is open. */
async function load(app: Pick<App, "database">, run: BegunRun, tell: (progress: RunShare) => void) {
  const reading: Reading = (read) =>
    readAsOrganisation(app.database, run.organisationId, async (sql) => {
      await sql.query(`SET LOCAL statement_timeout = ${loadingMsMax}`);
      return read(sql);
    });
  const expected = await reading((sql) => countOpen(sql, rowsOfSideMax));
  if (expected.transactions === 0) return { expected, loaded: null };
  const books = await loadOpenBooks(reading, expected, (share) => tell({ step: "loading", share }));
  const numbers = books.items.map(({ number }) => number);
  const surrounding = await reading(async (sql) => {
    const { profiles, automatic } = await readProfilesInUse(sql);
    const settings = {
      ...{ profiles, automatic },
      aliases: await readAliases(sql),
      rates: await readRates(sql),
      declined: await loadDeclined(sql),
    };
    const first = {
      rules: await readRules(sql),
      surroundings: await loadForTransfers(sql, numbers),
    };
    const letsGo = profiles.invoice.residuals.shortPaymentMaxMinor > 0;
    return { settings, first, pending: letsGo ? await loadPending(sql) : [] };
  });
  return { expected, loaded: { books, ...surrounding } };
}

function noteLooked(
  app: Pick<App, "database">,
  run: BegunRun,
  looked: { transactions: number; items: number; profiles: RunProfiles },
): Promise<void> {
  const { transactions, items, profiles } = looked;
  return asOrganisation(app.database, run.organisationId, (tx) =>
    changeRun(tx, run, "transactions = $3, items = $4, profiles = $5", [
      ...[transactions, items, JSON.stringify(profiles)],
    ]),
  );
}

function versionsOf(profiles: typeof builtInProfiles): RunProfiles {
  const { invoice, demand } = profiles;
  return {
    invoice: { name: invoice.name, version: invoice.version },
    demand: { name: demand.name, version: demand.version },
  };
}
