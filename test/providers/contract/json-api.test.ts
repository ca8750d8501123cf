import jsonApi from "../../../server/connectors/json-api/connector.ts";
import { addDays, localDate } from "../../../server/src/core/dates.ts";
import { containConnector } from "../../../server/src/providers/connectors/contain.ts";
import { createGuardedFetch } from "../../../server/src/providers/guarded-fetch.ts";
import type { RawDelivery } from "../../../server/src/providers/provider.ts";
import {
  type JsonAccess,
  type JsonApiBank,
  jsonAccounts,
  jsonBank,
  startJsonApiBank,
} from "../../support/json-api-bank.ts";
import type { ContractBank, ContractSubject } from "./contract-entry.ts";
import { describeProviderContract } from "./contract-suite.ts";
import { openReceiver } from "./receiver.ts";

const today = localDate("2026-03-18");
const impatientMs = 400;
const noPage = { lacking: "the operator sets the access up: there is no page" };

describeProviderContract({
  name: "the example connector",
  start,
  abilities: {
    hostedSignIn: noPage,
    tellsCancelled: noPage,
    searchesInstitutions: true,
    tellsConsentEnd: true,
    changeFeed: true,
    restarts: { lacking: "its list of changes only grows" },
    findsOldEdits: true,
    linksPending: true,
    renewsTokens: { lacking: "its tokens do not run out" },
    refreshes: true,
    refusesRefresh: true,
    webhooks: true,
  },
  errors: {
    access_expired: "user_action_needed",
    access_revoked: "user_action_needed",
    customer_closed: "final",
    maintenance: "temporary",
    too_many_requests: "temporary",
    something_new: "temporary",
  },
  webhooks: {
    entries: "transactions_available",
    access_expired: "failed",
    access_restored: "repaired",
    access_revoked: "revoked",
    holiday_greetings: "ignored",
  },
  refusals: { forged: "forged", altered: "forged", late: "late", unsigned: "forged" },
});

async function start(): Promise<ContractSubject> {
  const bank = await startJsonApiBank(today);
  const receiver = await openReceiver();
  const make = (timeoutMs: number) =>
    containConnector(
      jsonApi.create({
        settings: {
          URL: bank.url,
          TOKEN: jsonBank.token,
          WEBHOOK_SECRET: jsonBank.webhookSecret,
          ORGANISATION: jsonBank.organisation,
        },
        fetch: createGuardedFetch({
          privateHosts: [new URL(bank.url).host],
          timeoutMs,
          bodyBytesMax: 1_048_576,
        }),
      }),
    );
  return {
    provider: make(5_000),
    impatient: make(impatientMs),
    impatientMs,
    bank: contractBank(bank, receiver),
    async close() {
      await bank.close();
      await receiver.close();
    },
  };
}

function contractBank(
  bank: JsonApiBank,
  receiver: Awaited<ReturnType<typeof openReceiver>>,
): ContractBank {
  const find = (consent: string): JsonAccess => {
    const access = bank.accesses.get(consent);
    if (access === undefined) throw new Error(`no access ${consent}`);
    return access;
  };
  const arrived = async (send: () => Promise<unknown>): Promise<RawDelivery[]> => {
    receiver.take();
    await send();
    return receiver.take();
  };
  const visible = (days: number) =>
    bank.lines.filter((line) => !line.removed && line.date >= addDays(today, -days));
  let last = { event: "entries", id: "first" };
  return {
    today,
    institutions: [{ id: "bank", name: "JSON bank", search: "json" }],
    secrets: [jsonBank.token, jsonBank.webhookSecret],
    webhookUrl: receiver.url,
    consentAt: async () => null,
    cancelAt: async () => null,
    holds: async (consent) => bank.accesses.has(consent),
    accounts: async () =>
      jsonAccounts.map(({ id, name, type, number }) => ({
        ...{ name, kind: type, currency: "GBP", balanceMinor: bank.balanceOf(id) },
        ...{ mask: number.slice(-4), identifier: number },
      })),
    lines: async (_consent, days) =>
      visible(days).map(({ account, date, amountMinor, description, pending }) => ({
        accountName: jsonAccounts.find(({ id }) => id === account)?.name ?? "",
        ...{ bookedOn: date, amountMinor, currency: "GBP", description, pending },
      })),
    post: async ({ amountMinor, description, pending = false, bookedOn }) =>
      bank.add({ amountMinor, description, pending, ...(bookedOn && { date: bookedOn }) }),
    postMany: async (count) => {
      for (let i = 1; i <= count; i++)
        bank.add({ amountMinor: BigInt(i), description: `BULK ${i}` });
    },
    modify: async (number, change) => {
      Object.assign(bank.touch(number), change);
    },
    remove: async (number) => {
      bank.touch(number).removed = true;
    },
    book: async (number, amountMinor) => {
      const pending = bank.touch(number);
      pending.removed = true;
      return bank.add({
        ...{ amountMinor: amountMinor ?? pending.amountMinor, description: pending.description },
        ...{ account: pending.account, replaces: number },
      });
    },
    oldest: async (_consent, days) => {
      const [line] = visible(days)
        .filter(({ pending }) => !pending)
        .sort((a, b) => (a.date < b.date ? -1 : 1));
      if (line === undefined) throw new Error("no line");
      return { line: line.number, bookedOn: localDate(line.date) };
    },
    trouble: async (consent, trouble) => {
      const states = {
        login_required: "access_expired",
        consent_expired: "access_expired",
        revoked: "access_revoked",
        institution_down: "maintenance",
      };
      find(consent).state = trouble === null ? "ok" : states[trouble];
    },
    errorCodes: [
      ...["access_expired", "access_revoked", "customer_closed", "maintenance"],
      ...["too_many_requests", "something_new"],
    ],
    fail: async (consent, code) => {
      find(consent).failing = code;
    },
    strike: async (consent, fault) => {
      find(consent).strike = { ...fault };
    },
    calm: async () => {
      for (const access of bank.accesses.values()) {
        access.failing = null;
        access.strike = null;
      }
    },
    spendToken: async () => {},
    refuseRefresh: async (consent) => {
      find(consent).refreshNotBefore = new Date(Date.now() + 3_600_000);
    },
    webhooks: [
      "entries",
      "access_expired",
      "access_restored",
      "access_revoked",
      "holiday_greetings",
    ],
    send: (consent, event) => {
      last = { event, id: `${event}-${Math.random()}` };
      return arrived(() => bank.sendWebhook(find(consent), event, { id: last.id }));
    },
    sendBad: (consent, how) => {
      const to = find(consent);
      switch (how) {
        case "forged":
          return arrived(() => bank.sendWebhook(to, "entries", { secret: "another" }));
        case "altered":
          return arrived(() => bank.sendWebhook(to, "entries", { altered: true }));
        case "late":
          return arrived(() => bank.sendWebhook(to, "entries", { secondsAgo: 3_600 }));
        case "unsigned":
          return arrived(() => bank.sendWebhook(to, "entries", { secret: "" }));
        case "replayed":
          return arrived(() => bank.sendWebhook(to, last.event, { id: last.id }));
      }
    },
    settle: async () => {},
  };
}
