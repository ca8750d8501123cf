import type { IncomingMessage, ServerResponse } from "node:http";
import {
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  OperationTypeNode,
} from "graphql";
import type { Context } from "../graphql/context.ts";
import type { Documents } from "../graphql/documents.ts";
import { type ErrorPresentation, presentError } from "../graphql/present-error.ts";
import { answerGraphQLError, answerJson } from "./answer.ts";
import { MultipartRefused, readMultipart } from "./multipart.ts";
import { BrokenOff, discardRest } from "./request-body.ts";
import { readUploadOperation } from "./upload-operation.ts";

export interface UploadParts {
  readonly schema: GraphQLSchema;
  readonly documents: Documents;
  readonly context: Context;
  readonly presentation: ErrorPresentation;
}

/**
 * Answers a mutation that brings a file: the operation comes first, and is executed while the file is still coming in.
 * Not yoga's own way, which reads the file into memory. One file for each request.
 * Source: the GraphQL multipart request specification.
 */
export async function answerGraphQLUpload(
  parts: UploadParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { bodyBytesMax } = parts.context.app.config;
  try {
    const form = await readMultipart(request, { fieldsMax: 2, fieldBytesMax: bodyBytesMax });
    try {
      const operation = readUploadOperation(form);
      const document = checkedDocument(parts.documents, operation.query, operation.operationName);
      if ("errors" in document) {
        const errors = document.errors.map((error) => presentError(error, parts.presentation));
        answerJson(response, 400, { errors });
        return;
      }
      const result: ExecutionResult = await parts.documents.execute({
        schema: parts.schema,
        document: document.parsed,
        operationName: operation.operationName,
        variableValues: operation.variables,
        contextValue: parts.context,
      });
      answerResult(response, result, parts.presentation);
    } finally {
      form.stop();
    }
  } catch (error) {
    if (error instanceof BrokenOff) return;
    if (!(error instanceof MultipartRefused)) throw error;
    const status = error.code === "BODY_TOO_LARGE" ? 413 : 400;
    answerGraphQLError(response, status, error.message, error.code);
  } finally {
    discardRest(request);
  }
}

type CheckedDocument =
  | { readonly parsed: DocumentNode }
  | { readonly errors: readonly GraphQLError[] };

function checkedDocument(
  documents: Documents,
  query: string,
  operationName: string | null,
): CheckedDocument {
  let parsed: DocumentNode;
  try {
    parsed = documents.parse(query);
  } catch (error) {
    if (error instanceof GraphQLError) return { errors: [error] };
    throw error;
  }
  const errors = documents.validate(parsed);
  if (errors.length > 0) return { errors };
  const operation = getOperationAST(parsed, operationName);
  if (operation?.operation === OperationTypeNode.MUTATION) return { parsed };
  return {
    errors: [new GraphQLError("A file comes with one mutation, named if there are several.")],
  };
}

function answerResult(
  response: ServerResponse,
  { data, errors }: ExecutionResult,
  presentation: ErrorPresentation,
): void {
  // The sender has gone: nobody is there to be answered.
  if (response.destroyed) return;
  answerJson(response, 200, {
    ...(data !== undefined && { data }),
    ...(errors && { errors: errors.map((error) => presentError(error, presentation)) }),
  });
}
