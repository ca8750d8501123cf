import { badWebhooks, wireTroubles } from "../wires/words.ts";
import * as field from "./fields.ts";
import { ControlProblem } from "./fields.ts";
import type { Write } from "./writes.ts";

/** What the control API can do to a consent, whichever wire it belongs to. */
export const consentWrites: Record<string, Write> = {
  "consents/trouble": (sandbox, _controls, body) => {
    const { wire, consent } = field.consent(sandbox, body.consent_id);
    const trouble =
      body.trouble === null ? null : field.oneOf(body.trouble, "trouble", wireTroubles);
    wire.setTrouble(consent.consentId, trouble);
    return { consent_id: consent.consentId, trouble };
  },
  "consents/webhook": (sandbox, _controls, body) => {
    const { wire, consent } = field.consent(sandbox, body.consent_id);
    const what = field.oneOf(body.what, "what", wire.webhooks);
    return { fired: wire.sendWebhook(consent.consentId, what) };
  },
  "consents/misbehave": async (sandbox, _controls, body) => {
    const { wire, consent } = field.consent(sandbox, body.consent_id);
    const how = field.oneOf(body.how, "how", badWebhooks);
    if (consent.webhookUrl === null) throw new ControlProblem("the consent has no webhook address");
    return { status: await wire.sendBadWebhook(consent.consentId, how) };
  },
  "consents/fail": (sandbox, _controls, body) => {
    const { wire, consent } = field.consent(sandbox, body.consent_id);
    const code = field.oneOf(body.code, "code", wire.errorCodes);
    const count = field.number(body.count, "count", { min: 1, max: 1_000_000, otherwise: 1 });
    wire.failNext(consent.consentId, code, count);
    return { consent_id: consent.consentId, code, count };
  },
  "consents/spend-token": (sandbox, _controls, body) => {
    const { wire, consent } = field.consent(sandbox, body.consent_id);
    wire.spendToken(consent.consentId);
    return { consent_id: consent.consentId };
  },
};
