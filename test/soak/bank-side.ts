/** The simulated world of the soak: what it is made to suffer, and what it finally holds. */
import type { Settings } from "../../server/sandbox/settings.ts";
import { type RunningSandbox, startSandbox } from "../../server/sandbox/start.ts";
import type { WireConsent } from "../../server/sandbox/wires/wire.ts";
import { addDays, type LocalDate, localDate } from "../../server/src/core/dates.ts";
import type { Choices } from "./random.ts";

export const soakDay = localDate(new Date().toISOString().slice(0, 10));
export const historyDays = 30;
/** What is changed late lies within every provider's own window of days that are read again. */
const changedDaysMax = 8;

export interface SoakBank {
  readonly running: RunningSandbox;
  control<Answer = unknown>(name: string, body?: Record<string, unknown>): Promise<Answer>;
  consents(): (WireConsent & { provider: string })[];
  /** What a consent may see, as comparable lines. */
  linesOf(consent: WireConsent): string[];
  /** Something ordinary happens at a bank. @returns a word for the log */
  move(choices: Choices): Promise<string>;
}

export async function startSoakBank(settings: Partial<Settings>): Promise<SoakBank> {
  const running = await startSandbox({
    ...{ paceSeconds: 0, readyDelayMs: 50, webhookRetryMs: 500, today: soakDay },
    ...settings,
    // Never a port of the settings: several banks run at one time.
    port: 0,
  });
  const { world, wires } = running.sandbox;
  const control = async <Answer>(name: string, body: Record<string, unknown> = {}) => {
    const response = await fetch(`${running.url}/control/${name}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${name}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Answer;
  };
  const consents = () =>
    wires.flatMap((wire) => wire.consents().map((each) => ({ ...each, provider: wire.name })));
  const paths = world.institutions.flatMap(({ key, accounts }) =>
    accounts.map((account) => `${key}/${account.key}`),
  );
  const recent = (path: string) =>
    world.newest(path, 60).filter(({ bookedOn }) => bookedOn >= addDays(soakDay, -changedDaysMax));
  let made = 0;
  return {
    running,
    control,
    consents,
    linesOf({ paths: shared }) {
      const from: LocalDate = addDays(soakDay, -historyDays);
      return shared
        .flatMap((path) => world.newest(path, 1_000_000))
        .filter(({ bookedOn }) => bookedOn >= from)
        .map((row) =>
          [
            world.account(row.path).name,
            ...[row.bookedOn, row.amountMinor, row.pending, row.description],
          ].join("|"),
        )
        .sort();
    },
    async move(choices) {
      const path = choices.pick(paths);
      const rows = recent(path);
      const what = choices.whole(0, 9);
      const description = `SOAK ${++made}`;
      if (what < 5 || rows.length === 0) {
        const amount = `${choices.chance(0.5) ? "-" : ""}${choices.whole(1, 900)}.${choices.whole(10, 99)}`;
        const pending = choices.chance(0.3);
        await control("transactions", { account: path, amount, description, pending });
        return `post ${path}`;
      }
      const row = choices.pick(rows);
      if (row.pending) {
        await control("transactions/book", { row: row.index });
        return `book ${path}`;
      }
      if (what < 8) {
        await control("transactions/modify", { row: row.index, amount: `-${made}.77` });
        return `modify ${path}`;
      }
      await control("transactions/remove", { row: row.index });
      return `remove ${path}`;
    },
  };
}
