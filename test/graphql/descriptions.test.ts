import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isIntrospectionType,
  isSpecifiedScalarType,
} from "graphql";
import { expect, it } from "vitest";
import { schema } from "../../server/src/graphql/schema.ts";

it("has a description on every type, field, argument and enum value", () => {
  const missing: string[] = [];
  const check = (name: string, described: { description?: string | null }) => {
    if (!described.description?.trim()) missing.push(name);
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type) || isSpecifiedScalarType(getNamedType(type))) continue;
    check(type.name, type);
    if (isEnumType(type)) {
      for (const value of type.getValues()) check(`${type.name}.${value.name}`, value);
    } else if ("getFields" in type) {
      for (const field of Object.values(type.getFields())) {
        check(`${type.name}.${field.name}`, field);
        if (isInputObjectType(type) || !("args" in field)) continue;
        for (const arg of field.args) check(`${type.name}.${field.name}(${arg.name})`, arg);
      }
    }
  }
  expect(missing).toEqual([]);
});
