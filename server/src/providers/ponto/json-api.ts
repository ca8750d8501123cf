/** The parts of JSON:API that Ponto uses, read warily. Source: jsonapi.org, format 1.0. */
import { wireId, wireList, wireObject } from "../../core/wire-values.ts";

type Fields = Readonly<Record<string, unknown>>;

export interface Resource {
  readonly id: string | null;
  readonly attributes: Fields;
  readonly meta: Fields;
  readonly links: Fields;
  /** The id of a to-one relationship; null where there is none. */
  related(name: string): string | null;
}

export interface ResourceList {
  readonly resources: readonly Resource[];
  readonly meta: Fields;
  /** As it was sent: whether it may be followed is the client's to say. */
  readonly next: string | null;
}

export function toResource(value: unknown): Resource {
  const { id, attributes, meta, links, relationships } = wireObject(value);
  return {
    id: wireId(id),
    attributes: wireObject(attributes),
    meta: wireObject(meta),
    links: wireObject(links),
    related: (name) => wireId(wireObject(wireObject(wireObject(relationships)[name]).data).id),
  };
}

/** A document with one resource. */
export function readResource(document: unknown): Resource {
  return toResource(wireObject(document).data);
}

/** A document with a page of resources. */
export function readList(document: unknown): ResourceList {
  const { data, meta, links } = wireObject(document);
  const { next } = wireObject(links);
  return {
    resources: wireList(data).map(toResource),
    meta: wireObject(meta),
    next: typeof next === "string" && next !== "" ? next : null,
  };
}
