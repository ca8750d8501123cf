import { builder } from "../../../graphql/builder.ts";
import type { RecognisedLine } from "../read-import-parts.ts";
import type { ShownImport } from "../read-imports.ts";

/** Declared apart from their fields: they and bank transactions name each other. */
export const ImportBatchRef = builder.objectRef<ShownImport>("ImportBatch");
export const RecognisedLineRef = builder.objectRef<RecognisedLine>("RecognisedLine");
