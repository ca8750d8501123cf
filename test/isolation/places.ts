/** Finds every place in the API where a caller gives an id. */
import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isIntrospectionType,
  isListType,
  isNonNullType,
  isObjectType,
} from "graphql";

export type OperationKind = "query" | "mutation" | "subscription";

/** One place of one root field: "confirmMatch(allocations.transactionId)". */
export interface IdPlace {
  readonly operation: OperationKind;
  readonly field: GraphQLField<unknown, unknown>;
  /** From the argument through input fields. Lists leave no trace in it. */
  readonly path: readonly string[];
  readonly name: string;
}

export function idPlaces(schema: GraphQLSchema): IdPlace[] {
  const roots = [
    ["query", schema.getQueryType()],
    ["mutation", schema.getMutationType()],
    ["subscription", schema.getSubscriptionType()],
  ] as const;
  return roots.flatMap(([operation, root]) =>
    Object.values(root?.getFields() ?? {}).flatMap((field) =>
      field.args
        .flatMap((argument) => pathsToIds(argument.type, [argument.name]))
        .map((path) => ({ operation, field, path, name: `${field.name}(${path.join(".")})` })),
    ),
  );
}

/** Ids that fields below the roots take: there are none, and the walk would not see them. */
export function nestedIdPlaces(schema: GraphQLSchema): string[] {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  return Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter((type) => !roots.includes(type) && !isIntrospectionType(type))
    .flatMap((type) =>
      Object.values(type.getFields()).flatMap((field) =>
        field.args
          .flatMap((argument) => pathsToIds(argument.type, [argument.name]))
          .map((path) => `${type.name}.${field.name}(${path.join(".")})`),
      ),
    );
}

function pathsToIds(
  type: GraphQLInputType,
  path: string[],
  within: readonly string[] = [],
): string[][] {
  const named = getNamedType(type);
  if (named.name === "ID") return [path];
  // An input type that contains itself adds no new kind of place.
  if (!isInputObjectType(named) || within.includes(named.name)) return [];
  return Object.values(named.getFields()).flatMap((field) =>
    pathsToIds(field.type, [...path, field.name], [...within, named.name]),
  );
}

export function isRequired(type: GraphQLInputType): boolean {
  return isNonNullType(type);
}

/** Without the outer "!". */
export function nullable(type: GraphQLInputType): GraphQLInputType {
  return isNonNullType(type) ? type.ofType : type;
}

export function isList(type: GraphQLInputType): boolean {
  return isListType(nullable(type));
}
