import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  OperationTypeNode,
  parse,
  specifiedRules,
  validate,
  visit,
} from "graphql";
import { type CompiledQuery, compileQuery, isCompiledQuery } from "graphql-jit";
import { limits, limitsRule } from "./limits.ts";

/** Documents that are remembered; a client has some fifty. */
const documentsMax = 500;
/** A longer text is worked on but not kept, so that the memory has a bound. */
const charactersMax = 20_000;
/** A document is compiled when it comes back: compiling costs as much as some ten executions. */
const usesBeforeCompiling = 2;

interface Entry {
  readonly document: DocumentNode;
  readonly errors: readonly GraphQLError[];
  uses: number;
  /** By operation name; null where it cannot be compiled. */
  readonly compiled: Map<string, CompiledQuery | null>;
}

/** Parses, validates and compiles each document once. Least recently used ones are forgotten first. */
export class Documents {
  readonly #schema: GraphQLSchema;
  readonly #byText = new Map<string, Entry>();
  readonly #byDocument = new WeakMap<DocumentNode, Entry>();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  /** @throws GraphQLError for a text that is no GraphQL document, or too long a one */
  parse(text: string): DocumentNode {
    const known = this.#byText.get(text);
    if (known) {
      this.#byText.delete(text);
      this.#byText.set(text, known);
      return known.document;
    }
    const document = parse(text, { maxTokens: limits.tokensMax });
    const errors = validateWithLimits(this.#schema, document);
    const entry: Entry = { document, errors, uses: 0, compiled: new Map() };
    this.#byDocument.set(document, entry);
    if (text.length <= charactersMax) this.#keep(text, entry);
    return document;
  }

  /** What is wrong with a document of `parse`; empty when nothing is. */
  validate(document: DocumentNode): readonly GraphQLError[] {
    return this.#byDocument.get(document)?.errors ?? validateWithLimits(this.#schema, document);
  }

  /** As graphql-js's `execute`, faster for documents that come back. */
  execute(args: ExecutionArgs): ExecutionResult | Promise<ExecutionResult> {
    const compiled = this.#compiled(args.document, args.operationName ?? "");
    if (!compiled) return execute(args) as ExecutionResult | Promise<ExecutionResult>;
    return compiled.query(args.rootValue, args.contextValue, args.variableValues ?? {}) as
      | ExecutionResult
      | Promise<ExecutionResult>;
  }

  #keep(text: string, entry: Entry): void {
    this.#byText.set(text, entry);
    if (this.#byText.size <= documentsMax) return;
    const [oldest] = this.#byText.keys();
    if (oldest !== undefined) this.#byText.delete(oldest);
  }

  #compiled(document: DocumentNode, operationName: string): CompiledQuery | null {
    const entry = this.#byDocument.get(document);
    if (!entry) return null;
    entry.uses += 1;
    if (entry.uses < usesBeforeCompiling) return null;
    const known = entry.compiled.get(operationName);
    if (known !== undefined) return known;
    const compiled = compile(this.#schema, document, operationName);
    // A name that the document does not have compiles to nothing and is not remembered.
    if (compiled || getOperationAST(document, operationName || null)) {
      entry.compiled.set(operationName, compiled);
    }
    return compiled;
  }
}

/** The limits first: what they refuse is not worth the other rules' time. */
function validateWithLimits(
  schema: GraphQLSchema,
  document: DocumentNode,
): readonly GraphQLError[] {
  const tooLarge = validate(schema, document, [limitsRule]);
  return tooLarge.length > 0
    ? tooLarge
    : validate(schema, document, specifiedRules, { maxErrors: 20 });
}

function compile(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string,
): CompiledQuery | null {
  const operation = getOperationAST(document, operationName || null);
  if (operation?.operation !== OperationTypeNode.QUERY || introspects(document)) return null;
  const compiled = compileQuery(schema, document, operationName || undefined);
  return isCompiledQuery(compiled) ? compiled : null;
}

function introspects(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    [Kind.FIELD]: (node) => {
      if (node.name.value === "__schema" || node.name.value === "__type") found = true;
    },
  });
  return found;
}
