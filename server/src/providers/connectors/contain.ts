import { RequestNotMade } from "../guarded-fetch.ts";
import { type Provider, ProviderFailure, type WebhookVerdict } from "../provider.ts";

/**
 * A connector whose mistakes stay its own: whatever it throws reaches the engine as a ProviderFailure, and a webhook
 * that it stumbles over is refused. It may have been built with another copy of the failure's class, so failures are
 * known by their code. It can ask for an hour's rest at most: a date in a far year would end a connection's syncs.
 */
export function containConnector(connector: Provider): Provider {
  return {
    description: connector.description,
    searchInstitutions: (...given) => contained(() => connector.searchInstitutions(...given)),
    findInstitution: (...given) => contained(() => connector.findInstitution(...given)),
    startConsent: (...given) => contained(() => connector.startConsent(...given)),
    completeConsent: (...given) => contained(() => connector.completeConsent(...given)),
    fetchConnection: (...given) => contained(() => connector.fetchConnection(...given)),
    fetchAccounts: (...given) => contained(() => connector.fetchAccounts(...given)),
    fetchPage: (...given) => contained(() => connector.fetchPage(...given)),
    refresh: (...given) => contained(() => connector.refresh(...given)),
    revoke: (...given) => contained(() => connector.revoke(...given)),
    async verifyWebhook(delivery): Promise<WebhookVerdict> {
      try {
        return await connector.verifyWebhook(delivery);
      } catch {
        return { kind: "refused", reason: "unreadable" };
      }
    },
    translateWebhook(delivery) {
      try {
        return connector.translateWebhook(delivery);
      } catch {
        return { kind: "ignored", what: "unreadable" };
      }
    },
  };
}

async function contained<Result>(call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    throw asFailure(error);
  }
}

function asFailure(error: unknown): ProviderFailure {
  if (error instanceof ProviderFailure) {
    const { kind, message, detail, retryAt, wire, scope } = error;
    return new ProviderFailure({ kind, message, detail }, boundedWait(retryAt), wire, scope);
  }
  if (error instanceof RequestNotMade) {
    const kind = error.code === "ADDRESS_REFUSED" ? "user_action_needed" : "temporary";
    return new ProviderFailure({ kind, message: error.message, detail: error.code });
  }
  const given = error as Partial<ProviderFailure> | null;
  if (given?.code === "PROVIDER_FAILURE" && isKind(given.kind)) {
    const reason = {
      kind: given.kind,
      message: String(given.message),
      detail: String(given.detail),
    };
    return new ProviderFailure(reason, boundedWait(given.retryAt));
  }
  // Its text may hold anything, tokens too: the class alone is told.
  const what = error instanceof Error ? error.constructor.name : typeof error;
  return new ProviderFailure({
    kind: "temporary",
    message: "The connector made a mistake.",
    detail: `the connector threw ${what}`,
  });
}

const waitMsMax = 60 * 60_000;

function boundedWait(retryAt: unknown): Date | null {
  if (!(retryAt instanceof Date) || Number.isNaN(retryAt.getTime())) return null;
  return new Date(Math.min(retryAt.getTime(), Date.now() + waitMsMax));
}

function isKind(kind: unknown): kind is ProviderFailure["kind"] {
  return kind === "user_action_needed" || kind === "temporary" || kind === "final";
}
