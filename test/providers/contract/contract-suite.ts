import { afterAll, beforeAll, describe, it } from "vitest";
import { describeConsents } from "./consents.ts";
import type { Ability, ContractEntry, ContractSubject } from "./contract-entry.ts";
import { describeFailures } from "./failures.ts";
import { describeTransactions } from "./transactions.ts";
import { describeVolume } from "./volume.ts";
import { type ContractWalk, contractWalk } from "./walk.ts";
import { describeWebhooks } from "./webhooks.ts";

/** What the groups of tests work with; the subject is there once the tests run. */
export interface ContractContext {
  readonly entry: ContractEntry;
  subject(): ContractSubject;
  walk(): ContractWalk;
  /** A test of something that a provider may lack: then it is listed as skipped, with the reason. */
  where(ability: Ability, sentence: string, test: () => Promise<void>): void;
}

/** The one contract, told over real HTTP. Every provider passes it, or says what it lacks. */
export function describeProviderContract(entry: ContractEntry): void {
  describe(`the provider contract, kept by ${entry.name}`, { timeout: 20_000 }, () => {
    let subject: ContractSubject | undefined;
    let walk: ContractWalk | undefined;
    beforeAll(async () => {
      subject = await entry.start();
      walk = contractWalk(entry, subject);
    });
    afterAll(() => subject?.close());
    const context: ContractContext = {
      entry,
      subject: () => subject ?? notStarted(),
      walk: () => walk ?? notStarted(),
      where(ability, sentence, test) {
        if (ability === true) it(sentence, test);
        else it.skip(`${sentence} (lacking: ${ability.lacking})`, test);
      },
    };
    describeConsents(context);
    describeTransactions(context);
    describeFailures(context);
    describeWebhooks(context);
    describeVolume(context);
  });
}

function notStarted(): never {
  throw new TypeError("the subject is there once the tests run");
}
