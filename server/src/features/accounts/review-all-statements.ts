import type { App } from "../../app.ts";
import { sqlOver } from "../../db/sql.ts";
import { reviewStatements } from "./review-statements.ts";

/** Organisations that are named at once. */
const pageSize = 500;
/** Of one round; the next is half an hour away. */
const pagesMax = 200;

/**
 * Reviews the statements of every organisation that has accounts fed by hand. Twice an hour, since the day begins at
 * another time in each zone. What goes wrong in one organisation is logged and stops no other.
 */
export async function reviewAllStatements(app: App): Promise<void> {
  const sql = sqlOver(app.database.pool);
  let after: string | null = null;
  for (let page = 0; page < pagesMax; page += 1) {
    const found: { organisation_id: string }[] = await sql.query(
      "SELECT * FROM organisations_with_statements($1, $2)",
      [after, pageSize],
    );
    for (const { organisation_id: organisationId } of found) {
      await reviewStatements(app, organisationId).catch((error: unknown) => {
        app.log.error({ err: error, organisationId }, "The statements were not reviewed");
      });
    }
    after = found.at(-1)?.organisation_id ?? null;
    if (found.length < pageSize) return;
  }
}
