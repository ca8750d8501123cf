import { stringifyDocument } from "@urql/core";
import { UploadDocument } from "./documents.ts";

export type UploadOutcome = { ok: true; id: string } | { ok: false; message: string };

interface UploadAnswer {
  data?: { uploadStatementFile?: { __typename: string; id?: string; message?: string } } | null;
  errors?: { message: string; extensions?: { code?: string } }[];
}

/**
 * Sends a file as the GraphQL multipart request. By XMLHttpRequest, because `fetch` tells nothing of
 * how far an upload is.
 */
export function uploadFile(
  file: File,
  accountId: string | null,
  onProgress: (sent: number) => void,
): { done: Promise<UploadOutcome>; abort: () => void } {
  const request = new XMLHttpRequest();
  const done = new Promise<UploadOutcome>((resolve) => {
    request.upload.onprogress = ({ loaded }) => onProgress(loaded);
    request.onload = () => resolve(outcomeOf(request));
    request.onerror = () => resolve(failed("The server can't be reached. Nothing was kept."));
    request.onabort = () => resolve(failed("The upload was stopped. Nothing was kept."));
    request.open("POST", "/graphql");
    request.setRequestHeader("accept", "application/json");
    // Asked for where a request could otherwise come from another site's form.
    request.setRequestHeader("graphql-require-preflight", "1");
    request.send(bodyOf(file, accountId));
  });
  return { done, abort: () => request.abort() };
}

function bodyOf(file: File, accountId: string | null): FormData {
  const body = new FormData();
  body.append(
    "operations",
    JSON.stringify({
      query: stringifyDocument(UploadDocument),
      variables: { file: null, accountId },
    }),
  );
  body.append("map", JSON.stringify({ 0: ["variables.file"] }));
  body.append("0", file, file.name);
  return body;
}

function outcomeOf(request: XMLHttpRequest): UploadOutcome {
  if (request.status === 413) return failed("The file is larger than 100 MB.");
  const answer = parsed(request.responseText);
  const result = answer?.data?.uploadStatementFile;
  if (result?.__typename === "ImportBatch" && result.id) return { ok: true, id: result.id };
  if (result?.message) return failed(result.message);
  const [first] = answer?.errors ?? [];
  const code = first?.extensions?.code;
  if (first && (code === "FORBIDDEN" || code === "NOT_FOUND")) return failed(first.message);
  if (code === "NOT_SIGNED_IN") return failed("You are signed out. Sign in and try again.");
  return failed("Something went wrong on the server. Try again in a moment.");
}

function parsed(text: string): UploadAnswer | undefined {
  try {
    return JSON.parse(text) as UploadAnswer;
  } catch {
    return undefined;
  }
}

function failed(message: string): UploadOutcome {
  return { ok: false, message };
}
