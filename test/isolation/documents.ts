/** Writes, for a root field, a document that asks for everything near it, and arguments that are good but for an id. */
import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isObjectType,
} from "graphql";
import { IncomingUpload } from "../../server/src/graphql/upload.ts";
import { type IdPlace, isRequired, nullable } from "./places.ts";

/** Levels of objects below the field that are selected: enough to see what an answer would give away. */
const depthMax = 3;

export function documentFor(schema: GraphQLSchema, place: IdPlace): string {
  const { args } = place.field;
  const variables = args.map((argument) => `$${argument.name}: ${argument.type}`).join(", ");
  const given = args.map((argument) => `${argument.name}: $${argument.name}`).join(", ");
  const selection = selectionOf(schema, place.field.type, depthMax);
  return `${place.operation} (${variables}) { ${place.field.name}(${given}) ${selection} }`;
}

function selectionOf(schema: GraphQLSchema, type: GraphQLOutputType, depth: number): string {
  const named = getNamedType(type);
  if (isLeafType(named)) return "";
  const types = isAbstractType(named) ? schema.getPossibleTypes(named) : [named];
  const parts = types
    .filter(isObjectType)
    .map((object) => `... on ${object.name} { ${fieldsOf(schema, object, depth)} }`);
  return `{ __typename ${parts.join(" ")} }`;
}

/** Aliased by type: members of a union may have fields of one name and different types. */
function fieldsOf(schema: GraphQLSchema, object: GraphQLObjectType, depth: number): string {
  const selected = Object.values(object.getFields())
    .filter((field) => field.args.every((argument) => !isRequired(argument.type)))
    .filter((field) => depth > 1 || isLeafType(getNamedType(field.type)))
    .map((field) => {
      const inner = selectionOf(schema, field.type, depth - 1);
      return `${object.name}_${field.name}: ${field.name} ${inner}`;
    });
  return selected.length > 0 ? selected.join(" ") : "__typename";
}

export interface Values {
  /** A good value for the id at this place of the field. */
  idAt(path: readonly string[]): string;
  /** A good value for another argument, where the one made from its type would not do. */
  special(path: readonly string[]): unknown;
}

/**
 * Variables for the field: what is required and what leads to the place, everything good, but the place itself
 * holding `ids`. Where the place allows one id only, the last of them is given.
 */
export function variablesFor(
  field: GraphQLField<unknown, unknown>,
  path: readonly string[],
  ids: readonly string[],
  values: Values,
): Record<string, unknown> {
  const given = field.args
    .filter((argument) => isRequired(argument.type) || argument.name === path[0])
    .map((argument) => [
      argument.name,
      goodValue(argument.type, [argument.name], path, ids, values),
    ]);
  return Object.fromEntries(given);
}

function goodValue(
  type: GraphQLInputType,
  here: string[],
  path: readonly string[],
  ids: readonly string[],
  values: Values,
): unknown {
  const inner = nullable(type);
  const atPlace = here.join(".") === path.join(".");
  if (isListType(inner)) {
    if (atPlace) return ids;
    return [goodValue(inner.ofType, here, path, ids, values)];
  }
  if (atPlace) return ids.at(-1);
  const special = values.special(here);
  if (special !== undefined) return special;
  if (isInputObjectType(inner)) {
    const fields = Object.values(inner.getFields()).filter(
      (field) =>
        isRequired(field.type) || [...here, field.name].every((name, i) => path[i] === name),
    );
    return Object.fromEntries(
      fields.map((field) => [
        field.name,
        goodValue(field.type, [...here, field.name], path, ids, values),
      ]),
    );
  }
  if (isEnumType(inner)) return inner.getValues().at(-1)?.name;
  return scalarValue(inner.toString(), here, values);
}

function scalarValue(name: string, here: readonly string[], values: Values): unknown {
  switch (name) {
    case "ID":
      return values.idAt(here);
    case "String":
      return "walked";
    case "Int":
      return 5;
    case "Float":
      return 0.5;
    case "Boolean":
      return true;
    case "Decimal":
      return "1.00";
    case "LocalDate":
      return "2026-11-16";
    case "Cursor":
      return "0";
    case "Upload":
      return upload();
    default:
      throw new TypeError(`Say what a ${name} looks like, so that the walk can give one.`);
  }
}

/** A file can be read once only. */
function upload(): IncomingUpload {
  const bytes = (async function* () {
    yield new TextEncoder().encode("Date,Description,Amount\n2026-11-16,Walked,1.00\n");
  })();
  return new IncomingUpload({ fileName: "walked.csv", mimeType: "text/csv", bytes });
}
