import { text } from "./fields.ts";
import type { Item } from "./items.ts";
import type { PlaidSandbox } from "./plaid-sandbox.ts";
import { plannedProblem } from "./planned-problems.ts";
import { problems, troubleProblem } from "./problems.ts";

/** One request on its way to an endpoint. */
export interface Call {
  sandbox: PlaidSandbox;
  operation: string;
  requestId: string;
}

/** Answers the body, or throws a `PlaidProblem`. */
export type Endpoint = (body: Record<string, unknown>, call: Call) => object | Promise<object>;

/** The item of the request's access token, whatever its state. */
export function anyItem(body: Record<string, unknown>, call: Call): Item {
  return call.sandbox.items.byAccessToken(text(body.access_token, "access_token"));
}

/** The item of the request's access token, if the bank can be asked for it now. */
export function workingItem(body: Record<string, unknown>, call: Call): Item {
  const item = anyItem(body, call);
  if (item.trouble !== null) throw troubleProblem(item.trouble);
  const { faults, plannedErrors } = call.sandbox;
  const target = { wire: "plaid", consentId: item.itemId };
  if (faults.take("institution_down", target)) throw problems.institutionDown();
  const planned = plannedErrors.take(item.itemId);
  if (planned !== null) throw plannedProblem(planned);
  return item;
}
