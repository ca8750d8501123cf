import { readAsOrganisation } from "../../../db/as-organisation.ts";
import type { Sql } from "../../../db/sql.ts";
import { batched } from "../../../graphql/batched.ts";
import { type Context, viewerOf } from "../../../graphql/context.ts";
import { perSize } from "../../../graphql/per-size.ts";
import { authorise } from "../../viewer.ts";
import {
  countRecognisedLines,
  countStatements,
  type RecognisedLine,
  readAlsoIn,
  readOrigins,
  readProblems,
  readRecognisedLines,
  readStatements,
} from "../read-import-parts.ts";
import {
  readAccountsOfImports,
  readFilesKept,
  readImports,
  readSameFiles,
  readStandings,
} from "../read-imports.ts";

/** Everything about an import needs to see the transactions that it brought. */
function seen<Value>(
  read: (sql: Sql, ids: readonly string[]) => Promise<ReadonlyMap<string, Value>>,
): (context: Context, key: string) => Promise<Value | undefined> {
  return batched((context, keys) => {
    const viewer = viewerOf(context);
    authorise(viewer, "transactions:read");
    return readAsOrganisation(context.app.database, viewer.organisationId, (sql) =>
      read(sql, keys),
    );
  });
}

/** An import by id, with all others that one level asks for. */
export const loadImport = seen(async (sql, ids) => {
  const rows = await readImports(sql, ids);
  return new Map(rows.map((row) => [row.id, row]));
});

export const loadSameFile = seen(readSameFiles);
export const loadFileKept = seen(readFilesKept);
export const loadAccountIds = seen(readAccountsOfImports);
export const loadStanding = seen(readStandings);
export const loadRecognisedCount = seen(countRecognisedLines);
export const loadStatementCount = seen(countStatements);

/** The most parts of one import that one field answers. */
export const partsMax = 200;

export const loadStatements = perSize((first) =>
  seen((sql, ids) => readStatements(sql, ids, first)),
);
export const loadProblems = perSize((first) => seen((sql, ids) => readProblems(sql, ids, first)));

/** One more than `first` of an import's recognised lines, from behind a position. */
export const loadRecognisedLines = perSize((first) =>
  seen(async (sql, keys) => {
    const asked = keys.map((key) => ({ key, ...readPlace(key) }));
    const found = new Map<string, readonly RecognisedLine[]>();
    // A page goes on from one place: several in one document are several aliases, which are bounded.
    for (const after of new Set(asked.map((one) => one.after))) {
      const alike = asked.filter((one) => one.after === after);
      const ids = alike.map(({ id }) => id);
      const lines = await readRecognisedLines(sql, ids, { first, after });
      for (const { key, id } of alike) found.set(key, lines.get(id) ?? []);
    }
    return found;
  }),
);

/** The key of an import's recognised lines from behind a position in its file. */
export function placeOf(id: string, after: number): string {
  return `${id} ${after}`;
}

function readPlace(key: string): { id: string; after: number } {
  const [id = "", after = ""] = key.split(" ");
  return { id, after: Number(after) };
}

/** Which import brought a bank transaction. */
export const loadOrigin = seen(readOrigins);
/** In which files a bank transaction was found as well. */
export const loadAlsoIn = seen(readAlsoIn);
