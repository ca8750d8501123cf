import { describe, expect } from "vitest";
import type { RawDelivery } from "../../../server/src/providers/provider.ts";
import type { RefusedDelivery } from "./contract-entry.ts";
import type { ContractContext } from "./contract-suite.ts";

export function describeWebhooks({ entry, walk, where, subject }: ContractContext): void {
  const { abilities } = entry;
  const connected = async () => {
    const consent = await walk().connect();
    await walk().pull(consent);
    await walk().bank.settle();
    return consent;
  };

  describe("a webhook", () => {
    where(abilities.webhooks, "is expected, every name of it", async () => {
      expect(Object.keys(entry.webhooks).sort()).toEqual([...subject().bank.webhooks].sort());
    });

    for (const [what, kind] of Object.entries(entry.webhooks)) {
      where(abilities.webhooks, `${what} is genuine, and says ${kind}`, async () => {
        const { provider, bank } = walk();
        const { externalId } = await connected();
        const deliveries = await bank.send(externalId, what);
        expect(deliveries.length).toBeGreaterThan(0);
        const facts = await Promise.all(
          deliveries.map(async (delivery) => {
            const verdict = await provider.verifyWebhook(delivery);
            expect(verdict).toMatchObject({ kind: "genuine" });
            if (verdict.kind === "genuine" && verdict.externalId !== null) {
              expect(verdict.externalId).toBe(externalId);
            }
            return provider.translateWebhook({ path: delivery.path, body: bodyOf(delivery) });
          }),
        );
        const fact = facts.find((one) => one.kind === kind);
        expect(fact ?? facts).toMatchObject({ kind });
        if (fact !== undefined && fact.kind !== "ignored") expect(fact.externalId).toBe(externalId);
      });
    }

    for (const [how, reason] of Object.entries(entry.refusals)) {
      const refused = typeof reason === "string";
      const ability = refused ? abilities.webhooks : reason;
      where(ability, `that is ${how} is refused${refused ? ` as ${reason}` : ""}`, async () => {
        const { provider, bank } = walk();
        const { externalId } = await connected();
        const [delivery] = await bank.sendBad(externalId, how as RefusedDelivery);
        expect(delivery).toBeDefined();
        const verdict = delivery && (await provider.verifyWebhook(delivery));
        expect(verdict).toEqual({ kind: "refused", reason });
      });
    }

    where(abilities.webhooks, "that comes again is known by its key, others are not", async () => {
      const { provider, bank } = walk();
      const { externalId } = await connected();
      const [what = "", other = what] = Object.keys(entry.webhooks);
      const sent = [
        ...(await bank.send(externalId, what)),
        ...(await bank.send(externalId, other)),
      ];
      const again = await bank.sendBad(externalId, "replayed");
      const keys = await Promise.all(
        [...sent, ...again].map(async (delivery) => {
          const verdict = await provider.verifyWebhook(delivery);
          expect(verdict.kind).toBe("genuine");
          return verdict.kind === "genuine" ? verdict.deliveryKey : "";
        }),
      );
      const sentKeys = keys.slice(0, sent.length);
      expect(new Set(sentKeys).size).toBe(sent.length);
      // The repetition is of one that was sent here, or of two like ones that came just now.
      const repeated = keys.slice(sent.length);
      const known = repeated.length > 1 ? repeated.slice(0, -1) : sentKeys;
      expect(known).toContain(repeated.at(-1));
    });

    where(abilities.webhooks, "of a stranger's making never throws", async () => {
      const { provider, bank } = walk();
      const { externalId } = await connected();
      const [what = ""] = Object.keys(entry.webhooks);
      const [genuine] = await bank.send(externalId, what);
      if (genuine === undefined) throw new Error("nothing was sent");
      const strange: RawDelivery[] = [
        { ...genuine, headers: {} },
        { ...genuine, body: Buffer.from("") },
        { ...genuine, body: Buffer.from("{") },
        { ...genuine, path: "no-such-word/../x" },
        {
          ...genuine,
          headers: Object.fromEntries(Object.keys(genuine.headers).map((name) => [name, 'x=,;".'])),
        },
      ];
      for (const [index, delivery] of strange.entries()) {
        const verdict = await provider.verifyWebhook(delivery);
        if (index !== 3) expect(verdict.kind).not.toBe("genuine");
      }
      for (const body of [null, 7, "text", [], {}, { data: null, meta: [], content: 3 }]) {
        expect(provider.translateWebhook({ path: genuine.path, body }).kind).toBe("ignored");
      }
    });
  });
}

function bodyOf(delivery: RawDelivery): unknown {
  return JSON.parse(delivery.body.toString("utf8"));
}
