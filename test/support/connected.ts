/** An organisation with a bank that is connected for real: over HTTP, through the hosted pages, with webhooks. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { App } from "../../server/src/app.ts";
import { utcDay } from "../../server/src/core/dates.ts";
import { asOrganisation } from "../../server/src/db/as-organisation.ts";
import { completeBankConnection } from "../../server/src/features/connections/complete-bank-connection.ts";
import { startBankConnection } from "../../server/src/features/connections/start-bank-connection.ts";
import type { Viewer } from "../../server/src/features/viewer.ts";
import type { BankTransaction } from "../../server/src/generated/prisma/client.ts";
import { handleWebhook } from "../../server/src/http/webhooks.ts";
import type { ProviderTransaction } from "../../server/src/providers/provider.ts";
import { consentTo, type TestBank } from "./bank.ts";
import { heldCredential } from "./held-credential.ts";
import { bringForward, runJobs, waitingJobs } from "./queue.ts";
import { createTestApp, type TestApp, type TestAppOptions } from "./world.ts";

/** Where the sandbox bank's webhooks arrive, as they would at the server. */
export interface WebhookReceiver {
  readonly url: string;
  /** How each delivery was answered, in order. */
  readonly statuses: number[];
  deliverTo(app: App): void;
  close(): Promise<void>;
}

export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  let receiver: App | null = null;
  const statuses: number[] = [];
  const server: Server = createServer((request, response) => {
    response.on("finish", () => statuses.push(response.statusCode));
    const [, , provider = "", word = ""] = (request.url ?? "").split("/");
    if (receiver === null) response.writeHead(503).end();
    else handleWebhook(receiver, request, response, provider, word).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    statuses,
    deliverTo: (app) => {
      receiver = app;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** An App that offers the bank, on the real clock: webhooks are signed by it. */
export async function createBankApp(
  databaseUrl: string,
  bank: TestBank,
  receiver: WebhookReceiver | null = null,
  options: TestAppOptions = {},
): Promise<TestApp> {
  const made = await createTestApp(databaseUrl, {
    ...options,
    providers: [bank.provider],
    config: { ...(receiver && { publicUrl: receiver.url }), ...options.config },
  });
  let ahead = 0;
  const app = {
    ...made,
    now: () => new Date(Date.now() + ahead),
    advance: (ms: number) => {
      ahead += ms;
    },
  };
  receiver?.deliverTo(app);
  return app;
}

/** Connects a bank as a person does, up to the first sync's job. @returns the connection's id */
export async function connectBank(
  app: App,
  viewer: Viewer,
  bank: TestBank,
  institutionId?: string,
): Promise<string> {
  const started = await startBankConnection(app, viewer, {
    provider: "plaid",
    institutionId: institutionId ?? null,
  });
  const [first] = institutionId ? [] : await bank.provider.searchInstitutions("", 1);
  const cameBack = await consentTo(started.hostedLinkUrl ?? "", first?.id);
  const returned = cameBack === null ? null : new URL(cameBack).search;
  await completeBankConnection(app, viewer, started.connectionId, returned);
  return started.connectionId;
}

/** All that is in the books, as comparable words. */
export async function booksOf(app: App, organisationId: string): Promise<BankTransaction[]> {
  return asOrganisation(app.database, organisationId, (tx) =>
    tx.prisma.bankTransaction.findMany({ orderBy: [{ bookedOn: "asc" }, { externalId: "asc" }] }),
  );
}

/** The bank's own truth about an item: what a first pull would bring now, by id. */
export async function truthOf(
  bank: TestBank,
  externalId: string,
): Promise<Map<string, ProviderTransaction>> {
  const { accessToken } = bank.running.sandbox.items.get(externalId);
  const lines = new Map<string, ProviderTransaction>();
  let cursor: string | null = null;
  for (;;) {
    const page = await bank.provider.fetchPage(heldCredential(accessToken), {
      cursor,
      daysOfHistory: 730,
      today: utcDay(new Date()),
      rereadFrom: null,
      accountExternalId: null,
    });
    if (page.kind !== "page") throw new Error(`the bank answers ${page.kind}`);
    for (const line of [...page.added, ...page.modified]) lines.set(line.externalId, line);
    for (const { externalId } of page.removed) lines.delete(externalId);
    if (!page.hasMore) return lines;
    cursor = page.next;
  }
}

/** Books and bank in the same words, for a comparison that shows what differs. */
export async function comparison(app: App, organisationId: string, bank: TestBank, item: string) {
  const books = (await booksOf(app, organisationId)).filter(({ removedAt }) => removedAt === null);
  const truth = await truthOf(bank, item);
  return {
    books: books
      .map((row) =>
        [
          row.externalId,
          row.bookedOn.toISOString().slice(0, 10),
          row.amountMinor,
          row.pending,
          row.description,
        ].join("|"),
      )
      .sort(),
    bank: [...truth.values()]
      .map((line) =>
        [line.externalId, line.bookedOn, line.amountMinor, line.pending, line.description].join(
          "|",
        ),
      )
      .sort(),
  };
}

/** Lets webhooks arrive and jobs run, retries at once, until neither brings anything new. */
export async function settle(app: App, bank: TestBank): Promise<void> {
  for (let round = 0; round < 20; round += 1) {
    await bank.running.idle();
    await bringForward(app, ["syncConnection", "handleWebhook", "revokeConsent"]);
    await runJobs(app);
    await bank.running.idle();
    const waiting = await waitingJobs(app);
    if (waiting.every(({ name }) => name === "scheduleSync")) return;
  }
  throw new Error("the bank and the books do not come to rest");
}

export async function connectionOf(app: App, organisationId: string, id: string) {
  return asOrganisation(app.database, organisationId, (tx) =>
    tx.prisma.bankConnection.findUniqueOrThrow({
      where: { organisationId_id: { organisationId, id } },
    }),
  );
}
