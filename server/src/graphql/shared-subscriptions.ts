import assert from "node:assert/strict";
import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  print,
} from "graphql";
import type { App } from "../app.ts";
import { EventStream } from "../events/stream.ts";
import type { Permission } from "../features/permissions.ts";
import { jobViewer, type Viewer } from "../features/viewer.ts";
import type { Context } from "./context.ts";
import type { Documents } from "./documents.ts";
import { LiveSubscription } from "./live-subscription.ts";
import { SharedExecution } from "./shared-execution.ts";

export interface SubscriptionRequest {
  readonly document: DocumentNode;
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>>;
}

export type SubscriptionOutcome =
  | { readonly kind: "subscribed"; readonly subscription: LiveSubscription }
  | { readonly kind: "refused"; readonly errors: readonly GraphQLError[] };

/**
 * Executes each event once for everybody who would get the same answer: the same organisation, permissions,
 * document and variables. Only where each of them begins differs, so `after` is left out of the comparison.
 */
export class SharedSubscriptions {
  readonly #app: App;
  readonly #schema: GraphQLSchema;
  readonly #documents: Documents;
  readonly #executions = new Map<string, SharedExecution>();

  constructor(app: App, schema: GraphQLSchema, documents: Documents) {
    this.#app = app;
    this.#schema = schema;
    this.#documents = documents;
  }

  /** How many executions are shared at present, for tests and figures. */
  get executionsCount(): number {
    return this.#executions.size;
  }

  /** @param request with a validated document, whose operation is a subscription */
  async subscribe(
    viewer: Viewer | null,
    request: SubscriptionRequest,
  ): Promise<SubscriptionOutcome> {
    const context: Context = { app: this.#app, viewer, http: null };
    const source = await createSourceEventStream({
      schema: this.#schema,
      document: request.document,
      operationName: request.operationName,
      variableValues: request.variables,
      contextValue: context,
    });
    if (!(Symbol.asyncIterator in source)) return { kind: "refused", errors: source.errors ?? [] };
    assert(source instanceof EventStream, "a subscription field answers a stream of the hub");
    assert(viewer, "a subscription field refuses nobody");
    return { kind: "subscribed", subscription: this.#join(viewer, request, source) };
  }

  #join(viewer: Viewer, request: SubscriptionRequest, stream: EventStream): LiveSubscription {
    const key = keyOf(viewer, request);
    const execution = this.#executions.get(key) ?? this.#open(viewer, request);
    this.#executions.set(key, execution);
    execution.users += 1;
    return new LiveSubscription(stream, execution, () => {
      execution.users -= 1;
      if (execution.users === 0) this.#executions.delete(key);
    });
  }

  #open(viewer: Viewer, request: SubscriptionRequest): SharedExecution {
    // Nobody in particular: what is shared must not depend on whose subscription came first.
    const shared: Viewer = {
      ...jobViewer(viewer.organisationId, "live"),
      permissions: viewer.permissions,
    };
    return new SharedExecution(this.#app.log, (event) =>
      Promise.resolve(
        this.#documents.execute({
          schema: this.#schema,
          document: request.document,
          operationName: request.operationName,
          variableValues: request.variables,
          rootValue: event,
          // Made anew for each event: loaders remember what they loaded for as long as their context lives.
          contextValue: { app: this.#app, viewer: shared, http: null } satisfies Context,
        }) as ExecutionResult | Promise<ExecutionResult>,
      ),
    );
  }
}

function keyOf(
  viewer: Viewer,
  { document, operationName, variables }: SubscriptionRequest,
): string {
  const start = startVariable(document, operationName);
  const others = Object.entries(variables)
    .filter(([name]) => name !== start)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([
    viewer.organisationId,
    permissionsKey(viewer.permissions),
    textOf(document),
    operationName,
    others,
  ]);
}

const permissionKeys = new WeakMap<ReadonlySet<Permission>, string>();

function permissionsKey(permissions: ReadonlySet<Permission>): string {
  const known = permissionKeys.get(permissions);
  if (known !== undefined) return known;
  const key = [...permissions].sort().join(" ");
  permissionKeys.set(permissions, key);
  return key;
}

const texts = new WeakMap<DocumentNode, string>();

/** The same for documents that differ in layout only. */
function textOf(document: DocumentNode): string {
  const known = texts.get(document);
  if (known !== undefined) return known;
  const text = print(document);
  texts.set(document, text);
  return text;
}

/** The variable in which the subscription's one field is given its cursor. */
function startVariable(document: DocumentNode, operationName: string | null): string | null {
  for (const field of getOperationAST(document, operationName)?.selectionSet.selections ?? []) {
    if (field.kind !== Kind.FIELD) continue;
    const after = field.arguments?.find(({ name }) => name.value === "after")?.value;
    if (after?.kind === Kind.VARIABLE) return after.name.value;
  }
  return null;
}
