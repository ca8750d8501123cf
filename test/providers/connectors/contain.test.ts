import { expect, test } from "vitest";
import { containConnector } from "../../../server/src/providers/connectors/contain.ts";
import { failure, scriptedProvider } from "../../support/scripted-provider.ts";

const credential = { secret: "secret", renew: async () => "secret" };
const hourMs = 3_600_000;

async function waitOf(retryAt: Date, copied: boolean): Promise<unknown> {
  const known = failure("temporary", { retryAt, httpStatus: 429 });
  const { code, kind, message, detail } = known;
  const thrown = copied ? { code, kind, message, detail, retryAt } : known;
  const refresh = () => Promise.reject(thrown);
  const caught: unknown = await containConnector(scriptedProvider({ refresh }))
    .refresh(credential)
    .catch((error: unknown) => error);
  expect(caught).toMatchObject({ code: "PROVIDER_FAILURE", kind: "temporary" });
  return (caught as { retryAt: unknown }).retryAt;
}

test.each([false, true])(
  "a connector's wait is an hour at most (copied class: %s)",
  async (copied) => {
    const asked = await waitOf(new Date("2099-01-01"), copied);
    expect((asked as Date).getTime()).toBeLessThanOrEqual(Date.now() + hourMs);
    expect((asked as Date).getTime()).toBeGreaterThan(Date.now() + hourMs - 60_000);
    const soon = new Date(Date.now() + 5_000);
    expect(await waitOf(soon, copied)).toEqual(soon);
    expect(await waitOf(new Date("no date"), copied)).toBeNull();
  },
);
