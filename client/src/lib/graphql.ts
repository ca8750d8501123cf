import { initGraphQLTada } from "gql.tada";
import type { introspection } from "../generated/schema.d.ts";

/**
 * Types a document from schema.graphql. Fragments aren't masked: a component takes the fields it
 * names as plain props.
 */
export const graphql = initGraphQLTada<{
  introspection: introspection;
  disableMasking: true;
  scalars: { Decimal: string; LocalDate: string; DateTime: string; Cursor: string; ID: string };
}>();

export type { FragmentOf, ResultOf, VariablesOf } from "gql.tada";
