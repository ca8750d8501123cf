import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { DocumentNode, ExecutionArgs, GraphQLSchema } from "graphql";
import { createYoga, type Plugin } from "graphql-yoga";
import type { App } from "../app.ts";
import { authenticate } from "../features/organisations/authenticate.ts";
import { CredentialRefused } from "../features/organisations/credential-refused.ts";
import type { Viewer } from "../features/viewer.ts";
import type { Context } from "../graphql/context.ts";
import type { Documents } from "../graphql/documents.ts";
import { readEventCursorFirst } from "../graphql/event-cursor.ts";
import { presentError } from "../graphql/present-error.ts";
import type { SharedSubscriptions } from "../graphql/shared-subscriptions.ts";
import { answerGraphQLError } from "./answer.ts";
import { clientAddress } from "./client-address.ts";
import { answerGraphQLUpload } from "./graphql-upload.ts";
import type { LiveConnections } from "./live-connections.ts";
import { isCrossSite } from "./origin.ts";
import { forcesPreflight } from "./preflight.ts";
import { PulledResults } from "./pulled-results.ts";
import { readSessionCookie, writeSessionCookie } from "./session-cookie.ts";

export interface GraphQLParts {
  readonly app: App;
  readonly schema: GraphQLSchema;
  readonly documents: Documents;
  readonly subscriptions: SharedSubscriptions;
  readonly live: LiveConnections;
}

/** What yoga carries through one request: the context of the resolvers, and the request's id. */
interface RequestContext extends Context {
  readonly requestId: string;
}

export type GraphQLHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** GraphQL over HTTP, and subscriptions over server-sent events, at /graphql. */
export function createGraphQLHandler(parts: GraphQLParts): GraphQLHandler {
  const { app } = parts;
  const yoga = createYoga<RequestContext>({
    schema: parts.schema,
    graphqlEndpoint: "/graphql",
    graphiql: app.config.development,
    landingPage: false,
    cors: false,
    multipart: false,
    batching: false,
    logging: false,
    maxRequestBodySize: app.config.bodyBytesMax,
    parserAndValidationCache: false,
    // What a resolver throws is presented where it is executed (below), with the request's id.
    maskedErrors: {
      maskError: (error) =>
        presentError(error, { ...presentationOf(app), requestId: randomUUID() }),
    },
    plugins: [ownExecution(parts)],
  });
  return async (request, response) => {
    if (!acceptable(app, request, response)) return;
    const viewer = await authenticateRequest(app, request, response);
    if (viewer === undefined) return;
    const requestId = randomUUID();
    response.setHeader("x-request-id", requestId);
    if (viewer && request.headers.accept?.includes("text/event-stream")) {
      const end = () => response.destroy();
      const forget = parts.live.add({ viewer, end, stop: end });
      response.once("close", forget);
    }
    const context: RequestContext = {
      app,
      viewer,
      requestId,
      http: {
        address: clientAddress(request, app.config.trustedProxies),
        setSession: (secret, expiresAt) =>
          writeSessionCookie(response, app.config, secret, expiresAt),
      },
    };
    if (isForm(request)) {
      const { schema, documents } = parts;
      const presentation = { ...presentationOf(app), requestId };
      await answerGraphQLUpload({ schema, documents, context, presentation }, request, response);
    } else {
      await yoga(request, response, context);
    }
  };
}

/** Refuses what another site's page may have sent, before anything is read. */
function acceptable(app: App, request: IncomingMessage, response: ServerResponse): boolean {
  if (isCrossSite(request, app.config.publicUrl)) {
    answerGraphQLError(response, 403, "Requests from other sites are refused.", "CROSS_SITE");
    return false;
  }
  // A page elsewhere can post forms and plain text without asking first, but not this type.
  const type = request.headers["content-type"] ?? "";
  const asked = isForm(request) && forcesPreflight(request);
  if (request.method === "POST" && !asked && !/^application\/json\s*(;|$)/i.test(type)) {
    const message = "Send the operation as application/json.";
    answerGraphQLError(response, 415, message, "UNSUPPORTED_MEDIA_TYPE");
    return false;
  }
  return true;
}

/** A form brings a file. */
function isForm({ method, headers }: IncomingMessage): boolean {
  return method === "POST" && /^multipart\/form-data\s*;/i.test(headers["content-type"] ?? "");
}

/** @returns null for nobody; undefined when the request has been answered with a refusal */
async function authenticateRequest(
  app: App,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Viewer | null | undefined> {
  const organisation = request.headers["x-tieout-organisation"];
  try {
    return await authenticate(app, {
      cookie: readSessionCookie(request, app.config),
      authorization: request.headers.authorization ?? null,
      organisation: typeof organisation === "string" ? organisation : null,
    });
  } catch (error) {
    if (!(error instanceof CredentialRefused)) throw error;
    response.setHeader("www-authenticate", "Bearer");
    answerGraphQLError(response, 401, error.message, error.code);
    return undefined;
  }
}

function presentationOf(app: App) {
  return { development: app.config.development, log: app.log };
}

/** Yoga's own parsing, validation and execution make way for the cached and the shared ones. */
function ownExecution({ app, documents, subscriptions }: GraphQLParts): Plugin<RequestContext> {
  return {
    onParse: ({ setParseFn }) =>
      setParseFn((source: string | { body: string }) =>
        documents.parse(typeof source === "string" ? source : source.body),
      ),
    onValidate: ({ params, setResult }) => setResult([...documents.validate(params.documentAST)]),
    onExecute: ({ setExecuteFn }) =>
      setExecuteFn(async (args: ExecutionArgs) => {
        await readEventCursorFirst(args.document, args.contextValue as RequestContext);
        const { data, errors } = await documents.execute(args);
        if (!errors) return { data };
        const { requestId } = args.contextValue as RequestContext;
        const presentation = { ...presentationOf(app), requestId };
        return { data, errors: errors.map((error) => presentError(error, presentation)) };
      }),
    onSubscribe: ({ setSubscribeFn }) =>
      setSubscribeFn(async (args: ExecutionArgs) => {
        const { viewer, requestId } = args.contextValue as RequestContext;
        const outcome = await subscriptions.subscribe(viewer, {
          document: args.document as DocumentNode,
          operationName: args.operationName ?? null,
          variables: args.variableValues ?? {},
        });
        if (outcome.kind === "subscribed") return new PulledResults(outcome.subscription);
        const presentation = { ...presentationOf(app), requestId };
        return { errors: outcome.errors.map((error) => presentError(error, presentation)) };
      }),
  };
}
