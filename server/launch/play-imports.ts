import { demoSeed } from "../../prisma/seed.ts";
import { printStatement } from "../../prisma/story/file-account.ts";
import { byName } from "./by-name.ts";
import type { DemoPerson } from "./demo-person.ts";
import { until } from "./until.ts";

/** Brings in the statements of the blocks and the workshop, and waits until their lines are in the books. */
export async function importStatements(sam: DemoPerson, today: string): Promise<void> {
  const { financialAccounts } = await sam.ask("{ financialAccounts { id name } }");
  const [company] = demoSeed(today).organisations;
  const accounts = [
    ...(company?.fileAccounts ?? []),
    ...(company?.blocks ?? []).map((block) => block.account),
  ];
  const sent = accounts.map((account) => ({
    account,
    name: `${account.name.toLowerCase().replaceAll(" ", "-")}-to-${today}.csv`,
  }));
  const before = new Set((await importsOf(sam)).map(({ fileName }) => fileName));
  const ids = await Promise.all(
    sent
      .filter(({ name }) => !before.has(name))
      .map(({ account, name }) => {
        const { id: accountId } = byName(financialAccounts, account.name);
        return sam.sendStatement({ name, text: printStatement(account), accountId });
      }),
  );
  if (ids.length === 0) return;
  await until("the demo's statements are imported", async () => {
    const own = (await importsOf(sam)).filter(({ id }) => ids.includes(id));
    const failed = own.find(({ status }) => status !== "PROCESSING" && status !== "COMPLETE");
    if (failed) throw new Error(`${failed.fileName} is ${failed.status.toLowerCase()}`);
    return own.every(({ status }) => status === "COMPLETE");
  });
}

interface Import {
  readonly id: string;
  readonly status: string;
  readonly fileName: string;
}

async function importsOf(sam: DemoPerson): Promise<Import[]> {
  const { importBatches } = await sam.ask(
    "{ importBatches(first: 50) { nodes { id status fileName } } }",
  );
  return importBatches.nodes;
}
