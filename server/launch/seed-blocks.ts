/** The demo's managed buildings and the accounts whose statements come as files, before anything has come. */
import type pg from "pg";
import type { DemoOrganisation } from "../../prisma/seed.ts";
import type { StoryBlock } from "../../prisma/story/estates.ts";
import type { StoryFileAccount } from "../../prisma/story/file-account.ts";
import { insertRows } from "./insert-rows.ts";

export async function insertBlocks(
  client: pg.Client,
  organisationId: string,
  { blocks }: DemoOrganisation,
  today: string,
): Promise<void> {
  const blockIds = await insertRows(client, organisationId, "block", {
    name: ["text", blocks.map(({ name }) => name)],
  });
  for (const [at, block] of blocks.entries()) {
    const blockId = blockIds[at] ?? "";
    await insertRegister(client, organisationId, blockId, block);
    await insertFileAccounts(client, organisationId, [block.account], { today, blockId });
  }
}

/** @param of.blockId whose books the accounts belong to; absent: the organisation's own */
export async function insertFileAccounts(
  client: pg.Client,
  organisationId: string,
  accounts: readonly StoryFileAccount[],
  of: { today: string; blockId?: string },
): Promise<void> {
  const ledgerNumbers = accounts.map(({ ledgerNumber }) => ledgerNumber);
  const { rows } = await client.query<{ id: string; number: string }>(
    "SELECT id, number FROM ledger_account WHERE organisation_id = $1 AND number = ANY ($2)",
    [organisationId, ledgerNumbers],
  );
  const ledger = new Map(rows.map(({ id, number }) => [number, id]));
  await insertRows(client, organisationId, "financial_account", {
    institution_name: ["text", accounts.map(({ institutionName }) => institutionName)],
    name: ["text", accounts.map(({ name }) => name)],
    kind: ["text", accounts.map(({ kind }) => kind)],
    currency: ["text", accounts.map(({ currency }) => currency)],
    mask: ["text", accounts.map(({ mask }) => mask)],
    path: ["account_path", accounts.map(() => "manual_upload")],
    // Of the months before, the file tells.
    uploads_from: ["date", accounts.map(() => `${of.today.slice(0, 7)}-01`)],
    ledger_account_id: ["uuid", ledgerNumbers.map((number) => ledger.get(number))],
    block_id: ["uuid", accounts.map(() => of.blockId ?? null)],
  });
}

export async function insertRates(
  client: pg.Client,
  organisationId: string,
  { rates, members }: DemoOrganisation,
): Promise<void> {
  if (rates.length === 0) return;
  await client.query(
    `INSERT INTO exchange_rate (organisation_id, base, quote, day, rate, loaded_by)
     SELECT $1, r.*, p.name FROM unnest($2::text[], $3::text[], $4::date[], $5::numeric[]) AS r, person p
     WHERE p.email = $6`,
    [
      organisationId,
      rates.map(({ base }) => base),
      rates.map(({ quote }) => quote),
      rates.map(({ day }) => day),
      rates.map(({ rate }) => rate),
      members.find(({ role }) => role === "accountant")?.email ?? members[0]?.email,
    ],
  );
}

async function insertRegister(
  client: pg.Client,
  organisationId: string,
  blockId: string,
  { units, demands, bills }: StoryBlock,
): Promise<void> {
  const blockIds = <T>(rows: readonly T[]) => rows.map(() => blockId);
  const holders = units.map(({ leaseholder }) => leaseholder);
  const unitIds = await insertRows(client, organisationId, "unit", {
    block_id: ["uuid", blockIds(units)],
    number: ["text", units.map(({ number }) => number)],
  });
  const holderIds = await insertRows(client, organisationId, "leaseholder", {
    block_id: ["uuid", blockIds(units)],
    unit_id: ["uuid", unitIds],
    name: ["text", holders.map(({ name }) => name)],
    surname: ["text", holders.map(({ surname }) => surname)],
    email: ["text", holders.map(({ email }) => email)],
    since: ["date", holders.map(({ since }) => since)],
  });
  const places = demands.map(({ unit }) => units.findIndex(({ number }) => number === unit));
  await insertRows(client, organisationId, "open_item", {
    kind: ["open_item_kind", demands.map(() => "demand")],
    counterparty_name: ["text", places.map((at) => holders[at]?.name)],
    unit_id: ["uuid", places.map((at) => unitIds[at])],
    leaseholder_id: ["uuid", places.map((at) => holderIds[at])],
    ...documentColumns(blockId, demands),
  });
  await insertRows(client, organisationId, "open_item", {
    kind: ["open_item_kind", bills.map(() => "expense")],
    counterparty_name: ["text", bills.map(({ counterpartyName }) => counterpartyName)],
    ...documentColumns(blockId, bills),
  });
}

/** What a demand and a contractor's bill have in common. */
function documentColumns(
  blockId: string,
  documents: readonly (StoryBlock["demands"][number] | StoryBlock["bills"][number])[],
): Parameters<typeof insertRows>[3] {
  return {
    number: ["text", documents.map(({ number }) => number)],
    issued_on: ["date", documents.map(({ issuedOn }) => issuedOn)],
    due_on: ["date", documents.map(({ dueOn }) => dueOn)],
    currency: ["text", documents.map(() => "GBP")],
    amount_minor: ["bigint", documents.map(({ amountMinor }) => amountMinor)],
    description: ["text", documents.map(({ description }) => description)],
    block_id: ["uuid", documents.map(() => blockId)],
  };
}
