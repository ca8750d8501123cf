/** The demo's managed buildings: their registers as rows, their statements through the product's own import. */
import type pg from "pg";
import type { DemoOrganisation } from "../../prisma/seed.ts";
import { printBlockStatement, type StoryBlock } from "../../prisma/story/estates.ts";
import type { App } from "../src/app.ts";
import { loadServerConfig } from "../src/config.ts";
import { openDatabase } from "../src/db/client.ts";
import { newId } from "../src/db/ids.ts";
import { EventHub } from "../src/events/hub.ts";
import { receiveStatementFile } from "../src/features/statements/receive-file.ts";
import { jobViewer } from "../src/features/viewer.ts";
import { createLog } from "../src/log.ts";
import { ProviderRegistry } from "../src/providers/registry.ts";

/** A statement that is brought in once the books are there. */
export interface WaitingStatement {
  readonly organisationId: string;
  readonly accountId: string;
  readonly fileName: string;
  readonly text: string;
}

/** Within the seed's transaction. @returns the statements of the blocks' accounts, to be brought in afterwards */
export async function insertBlocks(
  client: pg.Client,
  organisationId: string,
  { blocks }: DemoOrganisation,
  today: string,
): Promise<WaitingStatement[]> {
  const statements: WaitingStatement[] = [];
  for (const block of blocks) {
    const blockId = newId();
    await client.query("INSERT INTO block (organisation_id, id, name) VALUES ($1, $2, $3)", [
      ...[organisationId, blockId, block.name],
    ]);
    await insertRegister(client, organisationId, blockId, block);
    const { account } = block;
    const accountId = newId();
    await client.query(
      `INSERT INTO financial_account (organisation_id, id, institution_name, name, kind, currency, mask, path, block_id,
         uploads_from)
       VALUES ($1, $2, $3, $4, 'current', $5, $6, 'manual_upload', $7, $8)`,
      [
        ...[organisationId, accountId, account.institutionName, account.name],
        ...[account.currency, account.mask, blockId, `${today.slice(0, 7)}-01`],
      ],
    );
    statements.push({
      ...{ organisationId, accountId },
      fileName: `${block.name.toLowerCase().replaceAll(" ", "-")}-to-${today}.csv`,
      text: printBlockStatement(account),
    });
  }
  return statements;
}

async function insertRegister(
  client: pg.Client,
  organisationId: string,
  blockId: string,
  { units, demands }: StoryBlock,
): Promise<void> {
  const ids = new Map(units.map(({ number }) => [number, { unit: newId(), holder: newId() }]));
  for (const { number, leaseholder } of units) {
    const { unit, holder } = ids.get(number) ?? {};
    await client.query(
      "INSERT INTO unit (organisation_id, id, block_id, number) VALUES ($1, $2, $3, $4)",
      [organisationId, unit, blockId, number],
    );
    await client.query(
      `INSERT INTO leaseholder (organisation_id, id, block_id, unit_id, name, surname, email, since)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        ...[organisationId, holder, blockId, unit, leaseholder.name, leaseholder.surname],
        ...[leaseholder.email, leaseholder.since],
      ],
    );
  }
  for (const demand of demands) {
    const { unit, holder } = ids.get(demand.unit) ?? {};
    const name = units.find(({ number }) => number === demand.unit)?.leaseholder.name;
    await client.query(
      `INSERT INTO open_item (organisation_id, id, kind, number, counterparty_name, issued_on, due_on, currency,
         amount_minor, description, block_id, unit_id, leaseholder_id)
       VALUES ($1, $2, 'demand', $3, $4, $5, $6, 'GBP', $7, $8, $9, $10, $11)`,
      [
        ...[organisationId, newId(), demand.number, name, demand.issuedOn, demand.dueOn],
        ...[demand.amountMinor, demand.description, blockId, unit, holder],
      ],
    );
  }
}

/**
 * Brings the statements in as a person would. The jobs that read, write and match them are done once the server runs.
 */
export async function bringIn(
  serverUrl: string,
  statements: readonly WaitingStatement[],
): Promise<void> {
  if (statements.length === 0) return;
  const app = appOver(serverUrl);
  try {
    for (const { organisationId, accountId, fileName, text } of statements) {
      const file = { fileName, accountId, layout: null, importWhenRead: true, dryRun: false };
      const bytes = (async function* () {
        yield new TextEncoder().encode(text);
      })();
      await receiveStatementFile(app, jobViewer(organisationId, "Sam Okafor"), file, bytes);
    }
  } finally {
    await app.database.close();
  }
}

/** What operations need, over a database of the demo whose server has yet to start. */
function appOver(serverUrl: string): App {
  const config = loadServerConfig({
    ...{ DATABASE_URL: serverUrl, TIEOUT_DEMO: "true", LOG_LEVEL: "silent", POOL_SIZE: "2" },
    // Nothing is sealed here: the server has keys of its own.
    TOKEN_KEYS: `demo-seed:${Buffer.alloc(32).toString("base64")}`,
  });
  const database = openDatabase({ url: serverUrl, poolSizeMax: config.poolSizeMax });
  const now = () => new Date();
  const hub = new EventHub({
    ...{ database, url: serverUrl, retentionHours: config.eventsRetentionHours, now },
    onFailure: (error) => {
      throw error;
    },
  });
  return {
    config,
    database,
    providers: new ProviderRegistry([]),
    hub,
    log: createLog(config),
    now,
  };
}
