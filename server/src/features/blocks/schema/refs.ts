import { builder } from "../../../graphql/builder.ts";
import type { Block } from "../block.ts";
import type { Leaseholder } from "../leaseholder.ts";
import type { Unit } from "../unit.ts";

/** Declared apart from its fields: accounts name it, and it names accounts. */
export const BlockRef = builder.objectRef<Block>("Block");
export const UnitRef = builder.objectRef<Unit>("Unit");
export const LeaseholderRef = builder.objectRef<Leaseholder>("Leaseholder");
