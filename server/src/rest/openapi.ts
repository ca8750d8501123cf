import { z } from "zod";
import { type ProblemCode, problemStatus, type RestApi, type Route } from "./route.ts";

/** Problems that every route may answer. */
const everywhere: readonly ProblemCode[] = [
  "NOT_SIGNED_IN",
  "FORBIDDEN",
  "RATE_LIMITED",
  "INTERNAL",
];

/**
 * The OpenAPI 3.1 document of an API, whose schemas are the ones that requests are checked against.
 * Source: OpenAPI Specification 3.1.1; its schemas are JSON Schema 2020-12.
 */
export function openApiDocument(api: RestApi, serverUrl: string): object {
  const components: Record<string, unknown> = {};
  const paths: Record<string, Record<string, unknown>> = {};
  for (const each of api.routes) {
    const path = paths[each.path] ?? {};
    path[each.method] = operationOf(each, (schema) => reference(schema, components));
    paths[each.path] = path;
  }
  return {
    openapi: "3.1.1",
    info: {
      title: api.title,
      version: api.version,
      description: api.description,
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: serverUrl }],
    security: [{ apiKey: [] }],
    paths,
    components: {
      securitySchemes: {
        apiKey: { type: "http", scheme: "bearer", description: "An API key of the organisation" },
      },
      schemas: { ...components, Problem: problemSchema },
    },
  };
}

type Refer = (schema: z.ZodType) => object;

function operationOf(given: Route, refer: Refer): object {
  return {
    operationId: given.operationId,
    summary: given.summary,
    description: `${given.description} Needs ${given.permission}.`,
    parameters: parametersOf(given),
    ...(given.body && {
      requestBody: {
        required: !given.bodyOptional,
        content: { "application/json": { schema: refer(given.body) } },
      },
    }),
    ...(given.takesFile && {
      requestBody: { required: true, content: contentOfFile(given.takesFile) },
    }),
    responses: {
      [given.answers.status]: {
        description: "Done",
        content: given.sendsFile
          ? Object.fromEntries(
              given.sendsFile.map((type) => [type, { schema: refer(given.answers.schema) }]),
            )
          : { "application/json": { schema: refer(given.answers.schema) } },
      },
      ...problemResponses(given),
    },
  };
}

/** Raw, or as a form's field `file`. */
function contentOfFile(types: readonly string[]): object {
  const raw = { schema: { type: "string", format: "binary" } };
  const form = { type: "object", required: ["file"], properties: { file: raw.schema } };
  return {
    ...Object.fromEntries(types.map((type) => [type, raw])),
    "multipart/form-data": { schema: form },
  };
}

function parametersOf({ path, query }: Route): object[] {
  const id = { name: "id", in: "path", required: true, schema: { type: "string", format: "uuid" } };
  const inPath = path.includes("{id}") ? [id] : [];
  if (query === null) return inPath;
  const { properties = {}, required = [] } = z.toJSONSchema(query, { io: "input" }) as {
    properties?: Record<string, object>;
    required?: readonly string[];
  };
  return [
    ...inPath,
    ...Object.entries(properties).map(([name, schema]) => ({
      ...{ name, in: "query", schema },
      ...(required.includes(name) && { required: true }),
    })),
  ];
}

/** Several problems share a status: each response says which codes it can mean. */
function problemResponses(given: Route): Record<string, object> {
  const malformed: ProblemCode[] =
    given.body || given.query || given.takesFile ? ["MALFORMED_REQUEST", "INVALID_INPUT"] : [];
  const codes = [...new Set([...everywhere, ...malformed, ...given.problems])];
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of codes) {
    const status = problemStatus[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, meant]) => [
      String(status),
      {
        description: meant.join(", "),
        content: {
          "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } },
        },
        ...(status === 429 && {
          headers: {
            "Retry-After": { description: "Seconds to wait", schema: { type: "integer" } },
          },
        }),
      },
    ]),
  );
}

/** A schema with a name goes into the components, and what it is made of with it. */
function reference(schema: z.ZodType, components: Record<string, unknown>): object {
  const id = z.globalRegistry.get(schema)?.id;
  const document = z.toJSONSchema(schema, { target: "draft-2020-12" });
  const { $defs, $schema: _, ...own } = rewritten(document) as Record<string, unknown>;
  Object.assign(components, $defs);
  if (id === undefined) return own;
  components[id] = own;
  return { $ref: `#/components/schemas/${id}` };
}

/** zod points into `$defs`; OpenAPI keeps shared schemas elsewhere. */
function rewritten(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rewritten);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== "id" || typeof (value as { id?: unknown }).id !== "string")
      .map(([name, each]) => [
        name,
        name === "$ref" && typeof each === "string"
          ? each.replace("#/$defs/", "#/components/schemas/")
          : rewritten(each),
      ]),
  );
}

const problemSchema = {
  type: "object",
  required: ["type", "title", "status", "code", "detail"],
  properties: {
    type: { const: "about:blank" },
    title: { type: "string" },
    status: { type: "integer" },
    code: { enum: Object.keys(problemStatus) },
    detail: { type: "string", description: "A sentence for people" },
    field: { type: "string", description: "INVALID_INPUT: which value is wrong" },
    possible_at: {
      type: "string",
      format: "date-time",
      description: "When the same request may succeed",
    },
    reason: { type: "string", description: "FILE_REFUSED: why, as a stable word" },
    kind: {
      enum: ["user_action_needed", "temporary", "final"],
      description: "PROVIDER_FAILURE: what would help",
    },
  },
} as const;
