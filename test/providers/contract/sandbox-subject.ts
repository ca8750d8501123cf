import type { Settings } from "../../../server/sandbox/settings.ts";
import type { Wire, WireConsent } from "../../../server/sandbox/wires/wire.ts";
import type { BankRow } from "../../../server/sandbox/world/row.ts";
import type { WorldAccount } from "../../../server/sandbox/world/world.ts";
import { addDays, localDate } from "../../../server/src/core/dates.ts";
import type { Provider } from "../../../server/src/providers/provider.ts";
import { cancelAt, consentTo, startTestBank, type TestBank } from "../../support/bank.ts";
import { type BankProviderName, bankProviders } from "../../support/bank-providers.ts";
import type {
  BankAccount,
  BankLine,
  ContractBank,
  ContractFault,
  ContractSubject,
} from "./contract-entry.ts";
import { openReceiver } from "./receiver.ts";

export const contractDay = localDate("2026-03-18");
const impatientMs = 400;
const rowsMax = 1_000_000;

/** How one wire of the sandbox shows the world, where it is not as most do. */
export interface SandboxWords {
  /** Keys of the sandbox's institutions; the first is the one whose rows are moved. */
  readonly institutions: readonly string[];
  /** The id that the provider gives an institution. */
  institutionId(institution: { key: string; institutionId: string }): string;
  /** The mask and identifier that come out of the adapter, and the name where it is another. */
  account(account: WorldAccount): Partial<BankAccount> & Pick<BankAccount, "mask" | "identifier">;
  /** What comes out as a row's description; the bank's own where it is left out. */
  description?(row: BankRow): string;
  /** Whether a consent may see a row; by default all since its days of history. */
  sees?(row: BankRow, from: string): boolean;
  readonly secrets: readonly string[];
  /** Makes the next refresh too soon, where the wire refuses any. */
  refuseRefresh?(bank: TestBank, consent: string): Promise<void>;
  /** Whatever the operator has to set up for webhooks before the first consent. */
  prepare?(bank: TestBank, webhookUrl: string): Promise<void>;
  readonly settings?: Partial<Settings>;
  /** How the adapter is made, where test/support/bank-providers.ts does not suit. */
  provider?(bank: TestBank, options: { timeoutMs?: number }, webhookUrl: string): Provider;
}

/** A provider over the sandbox bank, for the contract suite. */
export async function startSandboxSubject(
  name: BankProviderName,
  words: SandboxWords,
): Promise<ContractSubject> {
  const bank = await startTestBank({ today: contractDay, seed: "contract", ...words.settings });
  const receiver = await openReceiver();
  await words.prepare?.(bank, receiver.url);
  const make = (options: { timeoutMs?: number }) =>
    words.provider?.(bank, options, receiver.url) ?? bankProviders(bank.url, options)[name];
  return {
    provider: make({}),
    impatient: make({ timeoutMs: impatientMs }),
    impatientMs,
    bank: contractBank(bank, wireOf(bank, name), words, receiver),
    async close() {
      await bank.close();
      await receiver.close();
    },
  };
}

function wireOf({ running }: TestBank, name: string): Wire {
  const wire = running.sandbox.wires.find((one) => one.name === name);
  if (wire === undefined) throw new Error(`the sandbox has no wire ${name}`);
  return wire;
}

function contractBank(
  bank: TestBank,
  wire: Wire,
  words: SandboxWords,
  receiver: Awaited<ReturnType<typeof openReceiver>>,
): ContractBank {
  const { world } = bank.running.sandbox;
  const settle = () => bank.running.idle();
  const institutions = words.institutions.map((key) => world.institution(key));
  const first = institutions[0]?.accounts[0];
  const path = `${institutions[0]?.key}/${first?.key}`;
  const { currency } = world.account(path);
  const find = (consentId: string): WireConsent => {
    const found = wire.consents().find((one) => one.consentId === consentId);
    if (found === undefined) throw new Error(`no consent ${consentId}`);
    return found;
  };
  const rowsOf = (consentId: string, days: number): BankRow[] => {
    const from = addDays(contractDay, -days);
    const sees = words.sees ?? ((row: BankRow) => row.bookedOn >= from);
    return find(consentId)
      .paths.flatMap((one) => world.newest(one, rowsMax))
      .filter((row) => sees(row, from));
  };
  const nameOf = (account: WorldAccount) => words.account(account).name ?? account.name;
  const arrived = async (send: () => Promise<unknown>) => {
    await settle();
    receiver.take();
    await send();
    await settle();
    return receiver.take();
  };
  return {
    today: contractDay,
    institutions: institutions.map((institution) => ({
      id: words.institutionId(institution),
      name: institution.name,
      search: institution.name.split(" ").at(0)?.toLowerCase() ?? "",
    })),
    secrets: words.secrets,
    webhookUrl: receiver.url,
    consentAt: async (hostedUrl, institutionId) => {
      const chosen = institutions.find((one) => words.institutionId(one) === institutionId);
      return queryOf(await consentTo(hostedUrl, chosen?.institutionId));
    },
    cancelAt: async (hostedUrl) => queryOf(await cancelAt(hostedUrl)),
    holds: async (consent) => wire.consents().some((one) => one.consentId === consent),
    accounts: async (consent) =>
      find(consent).paths.map((one) => {
        const account = world.account(one);
        const { name, kind, currency, balanceMinor } = account;
        return { name, kind, currency, balanceMinor, ...words.account(account) };
      }),
    lines: async (consent, days) =>
      rowsOf(consent, days).map((row) => ({
        accountName: nameOf(world.account(row.path)),
        bookedOn: row.bookedOn,
        amountMinor: row.amountMinor,
        currency: row.currency,
        description: words.description?.(row) ?? row.description,
        pending: row.pending,
      })) satisfies BankLine[],
    post: async ({ amountMinor, description, pending = false, bookedOn }) => {
      const { row } = await bank.control<{ row: number }>("transactions", {
        ...{ account: path, amount: toDecimal(amountMinor), description, pending },
        ...(bookedOn === undefined ? {} : { date: bookedOn }),
      });
      return row;
    },
    postMany: async (count) => {
      await bank.control("bulk", { account: path, count, days: 50 });
    },
    modify: async (row, { amountMinor, description }) => {
      await bank.control("transactions/modify", {
        row,
        ...(amountMinor === undefined ? {} : { amount: toDecimal(amountMinor) }),
        ...(description === undefined ? {} : { description }),
      });
    },
    remove: async (row) => {
      await bank.control("transactions/remove", { row });
    },
    book: async (row, amountMinor) => {
      const booked = await bank.control<{ row: number }>("transactions/book", {
        row,
        ...(amountMinor === undefined ? {} : { amount: toDecimal(amountMinor) }),
      });
      return booked.row;
    },
    oldest: async (consent, days) => {
      const rows = rowsOf(consent, days).filter((row) => !row.pending && row.currency === currency);
      const [row] = rows.sort((a, b) => (a.bookedOn < b.bookedOn ? -1 : 1));
      if (row === undefined) throw new Error("the consent sees no row");
      return { line: row.index, bookedOn: localDate(row.bookedOn) };
    },
    trouble: async (consent, trouble) => {
      await bank.control("consents/trouble", { consent_id: consent, trouble });
    },
    errorCodes: wire.errorCodes,
    fail: async (consent, code) => {
      await bank.control("consents/fail", { consent_id: consent, code, count: 1_000 });
    },
    strike: async (consent, fault) => {
      await bank.control("faults", { consent_id: consent, ...faultBody(fault) });
    },
    calm: async () => {
      await bank.control("faults/clear");
    },
    spendToken: async (consent) => {
      await bank.control("consents/spend-token", { consent_id: consent });
    },
    refuseRefresh: async (consent) => {
      await words.refuseRefresh?.(bank, consent);
    },
    webhooks: wire.webhooks,
    send: (consent, what) =>
      arrived(() => bank.control("consents/webhook", { consent_id: consent, what })),
    sendBad: (consent, how) =>
      arrived(() => bank.control("consents/misbehave", { consent_id: consent, how })),
    settle,
  };
}

function faultBody(fault: ContractFault): Record<string, unknown> {
  if (fault.name === "rate_limit")
    return { name: fault.name, retry_after: fault.retryAfterSeconds };
  return { ...fault };
}

function queryOf(url: string | null): URLSearchParams | null {
  return url === null ? null : new URL(url).searchParams;
}

/** Two decimals, as all of the sandbox's currencies have. */
function toDecimal(amountMinor: bigint): string {
  const digits = String(amountMinor < 0n ? -amountMinor : amountMinor).padStart(3, "0");
  return `${amountMinor < 0n ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
