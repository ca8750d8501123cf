import type { LinkTokenGetSessionsResponse } from "plaid";
import type { WalkEvent } from "../link/sign-ins.ts";
import type { LinkSession, LinkToken } from "./link-tokens.ts";
import type { PlaidSandbox } from "./plaid-sandbox.ts";
import type { Wire } from "./wire.ts";

/** A hosted session as /link/token/get tells it: how a hosted flow's public token is fetched. */
export function sessionAnswer(
  sandbox: PlaidSandbox,
  token: LinkToken,
  session: LinkSession,
): Wire<LinkTokenGetSessionsResponse> {
  const result = token.results.get(session.walkId) ?? null;
  const accounts =
    result === null
      ? []
      : result.paths.map((path) => accountMetadata(sandbox, result.itemId, path));
  const success = result === null ? null : { public_token: result.publicToken };
  const institution = institutionMetadata(sandbox, session.institutionKey);
  const exit =
    session.step === "left"
      ? {
          error: null,
          metadata: {
            institution,
            status: exitStatus(session),
            link_session_id: session.walkId,
            request_id: session.walkId,
          },
        }
      : null;
  return {
    link_session_id: session.walkId,
    started_at: new Date(session.startedAt).toISOString(),
    finished_at: session.finishedAt === null ? null : new Date(session.finishedAt).toISOString(),
    on_success:
      success === null
        ? null
        : {
            ...success,
            metadata: {
              institution,
              accounts,
              link_session_id: session.walkId,
              transfer_status: null,
            },
          },
    on_exit: exit,
    exit,
    events: session.events.map(plaidEvent).map((event, position) => ({
      event_name: event.name,
      event_id: `${session.walkId}-${position}`,
      timestamp: new Date(event.at).toISOString(),
      event_metadata: {
        ...(event.errorCode === undefined ? {} : { error_code: event.errorCode }),
        ...(institutionMetadata(sandbox, event.institutionKey) === null
          ? {}
          : {
              institution_id: institutionMetadata(sandbox, event.institutionKey)?.institution_id,
              institution_name: institutionMetadata(sandbox, event.institutionKey)?.name,
            }),
      },
    })),
    results:
      session.step === "done"
        ? {
            // In update mode there is no new item: its access token stays the one that it has.
            item_add_results:
              success === null || token.itemId !== null
                ? []
                : [{ ...success, accounts, institution }],
            cra_item_add_results: [],
            cra_update_results: [],
            bank_income_results: [],
            payroll_income_results: [],
            document_income_results: null,
          }
        : null,
  };
}

/** A step of the hosted pages in the names of Link's events. */
function plaidEvent({
  what,
  ...rest
}: WalkEvent): Omit<WalkEvent, "what"> & { name: string; errorCode?: string } {
  const [name, errorCode] = eventNames[what];
  return { ...rest, name, ...(errorCode === undefined ? {} : { errorCode }) };
}

const eventNames: Record<WalkEvent["what"], [name: string, errorCode?: string]> = {
  opened: ["OPEN"],
  institution_chosen: ["SELECT_INSTITUTION"],
  login_sent: ["SUBMIT_CREDENTIALS"],
  login_refused: ["ERROR", "INVALID_CREDENTIALS"],
  bank_down: ["ERROR", "INSTITUTION_DOWN"],
  code_sent: ["SUBMIT_MFA"],
  code_refused: ["ERROR", "INVALID_MFA"],
  finished: ["HANDOFF"],
  left: ["EXIT"],
};

function accountMetadata(sandbox: PlaidSandbox, itemId: string, path: string) {
  const account = sandbox.world.account(path);
  return {
    id: sandbox.items.get(itemId).accountId(path),
    name: account.name,
    mask: account.mask,
    type: account.kind === "credit_card" ? "credit" : "depository",
    subtype:
      account.kind === "credit_card"
        ? "credit card"
        : account.kind === "savings"
          ? "savings"
          : "checking",
    verification_status: null,
    class_type: "business",
  };
}

function institutionMetadata(sandbox: PlaidSandbox, key: string | null) {
  if (key === null) return null;
  const { name, institutionId } = sandbox.world.institution(key);
  return { name, institution_id: institutionId };
}

function exitStatus(session: LinkSession): string {
  if (session.institutionKey === null) return "requires_institution_selection";
  const signedIn = session.events.some((event) => event.what === "code_sent");
  return signedIn ? "requires_code" : "requires_credentials";
}
