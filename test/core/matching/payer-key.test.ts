/** Who a line says paid it, and what a learned name is worth. */
import { describe, expect, test } from "vitest";
import { localDate } from "../../../server/src/core/dates.ts";
import { payerOf } from "../../../server/src/core/matching/payer-key.ts";
import { builtInProfiles } from "../../../server/src/core/matching/profile.ts";
import { proposeMatches } from "../../../server/src/core/matching/propose-matches.ts";
import type {
  MatchableItem,
  MatchableTransaction,
} from "../../../server/src/core/matching/types.ts";

const payer = (counterpartyName: string | null, description = "") =>
  payerOf({ counterpartyName, description })?.key ?? null;

describe("the payer of a line", () => {
  test("is its counterparty, without legal form, case and figures", () => {
    expect(payer("J. R. Hartley & Sons LTD.", "INV 14")).toBe(payer("j r hartley sons", ""));
    expect(payerOf({ counterpartyName: " Acme GmbH ", description: "x" })?.text).toBe("Acme GmbH");
  });

  test("is what the description says, without a counterparty", () => {
    expect(payer(null, "JRH PROPERTY MGMT 4411")).toBe("jrh property mgmt");
    expect(payer("", "JRH PROPERTY MGMT")).toBe("jrh property mgmt");
  });

  test("is nobody where the texts are too short, only figures or only a bank's own words", () => {
    for (const text of [
      "",
      "BP",
      "4711 2026",
      "FASTER PAYMENT RECEIVED",
      "SEPA Gutschrift",
      "TFR FROM A/C",
    ]) {
      expect(payer(text, text), text).toBeNull();
    }
  });
});

const transaction: MatchableTransaction = {
  id: "t1",
  accountId: "a",
  blockId: null,
  bookedOn: localDate("2026-11-16"),
  amountMinor: 12_345n,
  openMinor: 12_345n,
  currency: "GBP",
  description: "Rent collected",
  reference: null,
  counterpartyName: "Kestrel Lettings",
  pending: false,
};

function item(id: string, counterpartyName: string, amountMinor = 12_345n): MatchableItem {
  return {
    id,
    kind: "invoice",
    blockId: null,
    unitNumber: null,
    surname: null,
    number: `INV-${id}`,
    counterpartyName,
    issuedOn: localDate("2026-11-02"),
    dueOn: localDate("2026-12-02"),
    currency: "GBP",
    amountMinor,
    openMinor: amountMinor,
  };
}

function matched(clients: readonly string[], items: readonly MatchableItem[]): number {
  const aliases = new Map([["kestrel lettings", new Set(clients)]]);
  return proposeMatches({ transactions: [transaction], items, profiles: builtInProfiles, aliases })
    .matches.length;
}

describe("a learned name", () => {
  test("matches with an exact amount where the payer is one client alone", () => {
    expect(matched(["orchard court"], [item("1001", "Orchard Court")])).toBe(1);
  });

  test("matches nothing by itself where the payer has been two clients", () => {
    const clients = ["orchard court", "willow house"];
    const other = item("1002", "Willow House", 99_000n);
    expect(matched(clients, [item("1001", "Orchard Court"), other])).toBe(0);
    expect(matched(clients, [item("1001", "Orchard Court")])).toBe(0);
  });
});
