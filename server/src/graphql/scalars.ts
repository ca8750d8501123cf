import { GraphQLError, Kind, type ValueNode } from "graphql";
import { isLocalDate } from "../core/dates.ts";
import { builder } from "./builder.ts";
import { IncomingUpload } from "./upload.ts";

builder.scalarType("Decimal", {
  description:
    'An exact decimal number as a string, such as "-1234.56". Never a float: amounts are not rounded on the way.',
  serialize: (value) => value,
  parseValue: (value) => {
    if (typeof value === "string" && /^-?\d{1,19}(\.\d{1,12})?$/.test(value)) return value;
    throw new GraphQLError('A Decimal is a string such as "1234.56".');
  },
});

builder.scalarType("LocalDate", {
  description: 'A day without a time or a zone, ISO 8601: "2026-11-21".',
  serialize: (value) => value,
  parseValue: (value) => {
    if (typeof value === "string" && isLocalDate(value)) return value;
    throw new GraphQLError('A LocalDate is an existing day such as "2026-11-21".');
  },
});

builder.scalarType("DateTime", {
  description: 'A moment in UTC, ISO 8601: "2026-11-21T09:30:00.000Z".',
  serialize: (value) => value.toISOString(),
  parseValue: (value) => {
    const moment = typeof value === "string" ? new Date(value) : null;
    if (moment && !Number.isNaN(moment.getTime())) return moment;
    throw new GraphQLError('A DateTime is a moment such as "2026-11-21T09:30:00Z".');
  },
});

builder.scalarType("Cursor", {
  description:
    "A place in the organisation's event log. Opaque: keep the last one seen and give it back.",
  serialize: (value) => value.toString(36),
  parseValue: parseCursor,
  parseLiteral: (node: ValueNode) =>
    parseCursor(node.kind === Kind.STRING ? node.value : undefined),
});

builder.scalarType("Upload", {
  description:
    "A file that comes with the request, sent as multipart/form-data after the GraphQL multipart request " +
    "specification, one file for each request, with the header graphql-require-preflight.",
  serialize: () => {
    throw new GraphQLError("An Upload is never answered.");
  },
  parseValue: (value) => {
    if (value instanceof IncomingUpload) return value;
    throw new GraphQLError("An Upload is a file of a multipart request.");
  },
  parseLiteral: () => {
    throw new GraphQLError("An Upload is a variable.");
  },
});

function parseCursor(value: unknown): bigint {
  if (typeof value !== "string" || !/^[0-9a-z]{1,13}$/.test(value)) {
    throw new GraphQLError("This is no cursor that a subscription gave.");
  }
  return [...value].reduce((sum, digit) => sum * 36n + BigInt(Number.parseInt(digit, 36)), 0n);
}
