import type { CombinedError, TypedDocumentNode } from "@urql/core";
import { possibleTypes } from "../generated/possible-types.ts";
import type { introspection } from "../generated/schema.d.ts";
import { api } from "./api.ts";
import { toast } from "./toasts.svelte.ts";

/** The names of the schema's error types. */
type ProblemName = introspection["types"]["Problem"]["possibleTypes"];

interface ProblemShape {
  __typename: ProblemName;
  message: string;
}

type Field<Data> = Data[keyof Data];
export type ProblemOf<Result> = Extract<Result, { __typename: ProblemName }>;
export type ValueOf<Result> = Exclude<Result, { __typename: ProblemName }>;

export type Outcome<Result> =
  | { ok: true; value: ValueOf<Result> }
  | { ok: false; problem: ProblemOf<Result> | undefined; message: string };

/**
 * Sends a mutation with one field and parts its union: the value, or the problem with a message for
 * people. A failure of the network or the server is an outcome too, with no `problem`.
 */
export async function mutate<Data, Variables extends Record<string, unknown>>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Outcome<NonNullable<Field<Data>>>> {
  type Result = NonNullable<Field<Data>>;
  const { data, error } = await api.mutation(document, variables as never);
  const result = data && (Object.values(data)[0] as Result);
  if (!result) return { ok: false, problem: undefined, message: describeError(error) };
  if (isProblem(result)) {
    return { ok: false, problem: result as ProblemOf<Result>, message: result.message };
  }
  return { ok: true, value: result as ValueOf<Result> };
}

/** As {@link mutate}, but tells a failure in a toast; answers the value or undefined. */
export async function mutateOrToast<Data, Variables extends Record<string, unknown>>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<ValueOf<NonNullable<Field<Data>>> | undefined> {
  const outcome = await mutate(document, variables);
  if (outcome.ok) return outcome.value;
  toast.error(outcome.message);
  return undefined;
}

/** One plain sentence for a failed request; never the server's own words for a bug. */
export function describeError(error: CombinedError | undefined): string {
  if (error?.networkError)
    return "The server can't be reached. Check the connection and try again.";
  const [first] = error?.graphQLErrors ?? [];
  const code = first?.extensions.code;
  // A named problem has a sentence for people; anything else is a bug and has none.
  if (first && (code === "FORBIDDEN" || code === "NOT_FOUND")) return first.message;
  return "Something went wrong on the server. Try again in a moment.";
}

function isProblem(result: unknown): result is ProblemShape {
  return (
    typeof result === "object" &&
    result !== null &&
    "__typename" in result &&
    possibleTypes.Problem.includes(String(result.__typename))
  );
}
