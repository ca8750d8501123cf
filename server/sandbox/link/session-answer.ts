import type { LinkTokenGetSessionsResponse } from "plaid";
import type { Wire } from "../plaid/wire.ts";
import type { Sandbox } from "../sandbox.ts";
import type { LinkSession, LinkToken } from "./tokens.ts";

/** A hosted session as /link/token/get tells it: how a hosted flow's public token is fetched. */
export function sessionAnswer(
  sandbox: Sandbox,
  token: LinkToken,
  session: LinkSession,
): Wire<LinkTokenGetSessionsResponse> {
  const { result } = session;
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
            link_session_id: session.sessionId,
            request_id: session.sessionId,
          },
        }
      : null;
  return {
    link_session_id: session.sessionId,
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
              link_session_id: session.sessionId,
              transfer_status: null,
            },
          },
    on_exit: exit,
    exit,
    events: session.events.map((event, position) => ({
      event_name: event.name,
      event_id: `${session.sessionId}-${position}`,
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

function accountMetadata(sandbox: Sandbox, itemId: string, path: string) {
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

function institutionMetadata(sandbox: Sandbox, key: string | null) {
  if (key === null) return null;
  const { name, institutionId } = sandbox.world.institution(key);
  return { name, institution_id: institutionId };
}

function exitStatus(session: LinkSession): string {
  if (session.institutionKey === null) return "requires_institution_selection";
  const asked = session.events.findLast((event) => event.name === "TRANSITION_CODE");
  return asked === undefined ? "requires_credentials" : "requires_code";
}
