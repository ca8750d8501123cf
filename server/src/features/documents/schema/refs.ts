import { builder } from "../../../graphql/builder.ts";
import type { OpenItem } from "../open-item.ts";

export const OpenItemRef = builder.objectRef<OpenItem>("OpenItem");
