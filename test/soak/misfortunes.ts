import { providers, type Run } from "./program.ts";
import type { Choices } from "./random.ts";

const strikes = [
  (choices: Choices) => ({ name: "rate_limit", retry_after: choices.whole(1, 4), count: 3 }),
  () => ({ name: "rate_limit", retry_after: null, count: 3 }),
  () => ({ name: "internal_error", count: 4 }),
  (choices: Choices) => ({ name: "hang", ms: choices.whole(500, 25_000), count: 2 }),
  () => ({ name: "truncated_json", count: 3 }),
  () => ({ name: "connection_reset", count: 3 }),
  (choices: Choices) => ({ name: "endless_pages", seconds: choices.whole(2, 5) }),
  () => ({ name: "mutation", count: 2 }),
  () => ({ name: "duplicate_webhooks", count: 20 }),
  () => ({ name: "out_of_order_webhooks", count: 20 }),
];

export async function misfortunes(run: Run, steps: number) {
  const { bank, choices, log } = run;
  const faults: Record<string, number> = {};
  const crashes = { server: 0, database: 0 };
  for (let step = 1; step <= steps; step++) {
    const words: string[] = [];
    for (let move = choices.whole(1, 3); move > 0; move--) words.push(await bank.move(choices));
    if (choices.chance(0.8)) {
      const fault = choices.pick(strikes)(choices);
      // Mostly one consent's trouble, at times a whole provider's.
      const consents = bank.consents();
      const target = choices.chance(0.85)
        ? { consent_id: choices.pick(consents).consentId }
        : { provider: choices.pick(providers) };
      await bank.control("faults", { ...fault, ...target });
      faults[fault.name] = (faults[fault.name] ?? 0) + 1;
      words.push(fault.name);
    }
    if (choices.chance(0.1)) {
      await run.server.kill();
      crashes.server += 1;
      words.push("kill -9 of the server");
    } else if (choices.chance(0.07)) {
      await run.database.crash();
      crashes.database += 1;
      words.push("crash of PostgreSQL");
    }
    log(`${step}. ${words.join(", ")}`);
    await new Promise((resolve) => setTimeout(resolve, choices.whole(50, 600)));
  }
  return { crashes, faults };
}
