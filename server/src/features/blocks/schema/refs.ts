import { builder } from "../../../graphql/builder.ts";
import type { Block } from "../block.ts";

/** Declared apart from its fields: accounts name it, and it names accounts. */
export const BlockRef = builder.objectRef<Block>("Block");
