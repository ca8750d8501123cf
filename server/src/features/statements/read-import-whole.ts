import type { App } from "../../app.ts";
import { type CurrencyCode, isCurrencyCode } from "../../core/currencies.ts";
import { readAsOrganisation } from "../../db/as-organisation.ts";
import type { Sql } from "../../db/sql.ts";
import { NotFound } from "../errors.ts";
import { knownIds } from "../ids.ts";
import { authorise, type Viewer } from "../viewer.ts";
import {
  countStatements,
  readProblems,
  readStatements,
  type ShownProblem,
  type ShownStatement,
} from "./read-import-parts.ts";
import {
  type ImportStanding,
  readAccountsOfImports,
  readFilesKept,
  readImports,
  readSameFiles,
  readStandings,
  type ShownImport,
} from "./read-imports.ts";

/** An import with all that is told of it. */
export interface WholeImport {
  readonly batch: ShownImport;
  readonly accountIds: readonly string[];
  readonly accountCurrency: CurrencyCode | null;
  /** The first ones. */
  readonly statements: readonly ShownStatement[];
  readonly statementCount: number;
  /** The first ones. */
  readonly problems: readonly ShownProblem[];
  readonly standing: ImportStanding;
  readonly sameFileAs: string | null;
  readonly fileKept: boolean;
}

const statementsMax = 50;
const problemsMax = 20;

/** One import. @throws Forbidden, NotFound */
export async function readImportWhole(app: App, viewer: Viewer, id: string): Promise<WholeImport> {
  authorise(viewer, "transactions:read");
  const [known = ""] = knownIds([id], "import");
  const [whole] = await readWhole(app, viewer, (sql) => readImports(sql, [known]));
  if (whole === undefined) throw new NotFound("import");
  return whole;
}

/** Imports that were listed, in their order. @throws Forbidden */
export async function readImportsWhole(
  app: App,
  viewer: Viewer,
  batches: readonly ShownImport[],
): Promise<WholeImport[]> {
  authorise(viewer, "transactions:read");
  return readWhole(app, viewer, async () => batches);
}

function readWhole(
  app: App,
  { organisationId }: Viewer,
  read: (sql: Sql) => Promise<readonly ShownImport[]>,
): Promise<WholeImport[]> {
  return readAsOrganisation(app.database, organisationId, async (sql) => {
    const batches = await read(sql);
    const ids = batches.map(({ id }) => id);
    const statements = await readStatements(sql, ids, statementsMax);
    const counts = await countStatements(sql, ids);
    const problems = await readProblems(sql, ids, problemsMax);
    const standings = await readStandings(sql, ids);
    const sameFiles = await readSameFiles(sql, ids);
    const kept = await readFilesKept(sql, ids);
    const accounts = await readAccountsOfImports(sql, ids);
    const currencies = await currenciesOf(sql, batches);
    return batches.map((batch) => ({
      batch,
      accountIds: accounts.get(batch.id) ?? [],
      accountCurrency: currencies.get(batch.accountId ?? "") ?? null,
      statements: statements.get(batch.id) ?? [],
      statementCount: counts.get(batch.id) ?? 0,
      problems: problems.get(batch.id) ?? [],
      standing: standings.get(batch.id) ?? { matched: 0, unmatched: 0 },
      sameFileAs: sameFiles.get(batch.id)?.id ?? null,
      fileKept: kept.get(batch.id) ?? false,
    }));
  });
}

/** A file without currencies means its account's. */
async function currenciesOf(
  sql: Sql,
  batches: readonly ShownImport[],
): Promise<Map<string, CurrencyCode>> {
  const ids = batches.flatMap(({ accountId }) => accountId ?? []);
  const rows = await sql.query<{ id: string; currency: string }>(
    "SELECT id, currency FROM financial_account WHERE id = ANY ($1::uuid[])",
    [ids],
  );
  return new Map(
    rows.flatMap(({ id, currency }): [string, CurrencyCode][] =>
      isCurrencyCode(currency) ? [[id, currency]] : [],
    ),
  );
}
