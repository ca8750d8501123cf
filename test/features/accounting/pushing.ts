/** A push and what follows it, as the worker does them, and what the books have then. */
import { expect } from "vitest";
import { followPush } from "../../../server/src/features/accounting/push/follow-push.ts";
import { performPush } from "../../../server/src/features/accounting/push/perform-push.ts";
import type { FakePlatform } from "../../support/fake-platform.ts";
import type { TestApp } from "../../support/world.ts";
import { type FedBooks, operationsOf } from "./setup.ts";

/** The pauses between looks are for the real world. */
const pace = { looksMs: [0, 0] };
const minute = 60_000;

/** Pushes a feed by hand, or as `job` says. */
export function pushBooks(
  app: TestApp,
  { organisation, feed }: Pick<FedBooks, "organisation" | "feed">,
  job: Partial<Parameters<typeof performPush>[1]> = {},
): Promise<void> {
  const byHand = { trigger: "manual" as const, by: "Tess" };
  const wanted = { organisationId: organisation.id, feedId: feed.id, ...byHand, ...job };
  return performPush(app, wanted, pace);
}

/** Looks at what is under way until it has ended or nothing moves; each look when it is due. */
export async function followUntilSettled(app: TestApp, books: FedBooks): Promise<void> {
  for (let round = 0; round < 12; round++) {
    const underWay = (await operationsOf(app, books)).find(({ status }) =>
      ["sending", "pending", "timed_out"].includes(status),
    );
    if (!underWay) return;
    app.advance(2 * minute);
    await followPush(app, {
      organisationId: books.organisation.id,
      operationId: underWay.id,
    });
  }
}

/** The ids of what the books have, and that none of them is there twice. */
export function arrivedIds(platform: FakePlatform): string[] {
  const ids = platform.arrived.map(({ lineId }) => lineId ?? "");
  expect(new Set(ids).size, "nothing is there twice").toBe(ids.length);
  return ids;
}
