import type { App } from "../../app.ts";
import { csvTextCell } from "../../core/statements/csv/print.ts";
import { readAsOrganisation } from "../../db/as-organisation.ts";
import { NotFound } from "../errors.ts";
import { knownIds } from "../ids.ts";
import { authorise, type Viewer } from "../viewer.ts";
import type { ShownProblem } from "./read-import-parts.ts";
import { readImports } from "./read-imports.ts";

const pageSize = 1_000;

/**
 * All problems of an import's file as CSV, page by page. Texts that a spreadsheet would run are neutralised.
 * @throws Forbidden, NotFound
 */
export async function exportProblems(
  app: App,
  viewer: Viewer,
  id: string,
): Promise<{ fileName: string; content: AsyncGenerator<string> }> {
  authorise(viewer, "transactions:read");
  const [known = ""] = knownIds([id], "import");
  const [batch] = await readAsOrganisation(app.database, viewer.organisationId, (sql) =>
    readImports(sql, [known]),
  );
  if (batch === undefined) throw new NotFound("import");
  const content = printProblems(app, viewer.organisationId, known);
  return { fileName: `${batch.fileName} problems.csv`, content };
}

async function* printProblems(
  app: App,
  organisationId: string,
  batchId: string,
): AsyncGenerator<string> {
  yield "\ufeffRow,Problem,Text,Lost,Code\r\n";
  let after = -1;
  for (;;) {
    const page = await readAsOrganisation(app.database, organisationId, (sql) =>
      sql.query<ShownProblem & { position: number }>(
        `SELECT position, row, code, message, text, loss FROM import_problem
         WHERE organisation_id = $1 AND batch_id = $2 AND position > $3 ORDER BY position LIMIT ${pageSize}`,
        [organisationId, batchId, after],
      ),
    );
    const last = page.at(-1);
    if (last === undefined) return;
    yield page.map(printProblem).join("");
    after = last.position;
  }
}

const lost = { none: "nothing", line: "the line", file: "the file" } as const;

function printProblem({ row, code, message, text, loss }: ShownProblem): string {
  return `${[row, csvTextCell(message), csvTextCell(text), lost[loss], code].join(",")}\r\n`;
}
