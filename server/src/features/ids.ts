import { validate as isUuid } from "uuid";
import { NotFound } from "./errors.ts";

/**
 * Ids of callers, each once and in the order in which rows are locked.
 * @throws NotFound when one is no id at all: it answers exactly like one that does not exist
 */
export function knownIds(ids: readonly string[], what: string): string[] {
  const unique = [...new Set(ids.map((id) => id.toLowerCase()))].sort();
  if (!unique.every((id) => isUuid(id))) throw new NotFound(what);
  return unique;
}

/** The id of a caller in the database's letters; `otherwise` when it is no id at all, and so names nothing. */
export function knownIdOr<Otherwise>(id: string, otherwise: Otherwise): string | Otherwise {
  return isUuid(id) ? id.toLowerCase() : otherwise;
}
