import { createHmac, randomBytes, randomUUID } from "node:crypto";
import type { BadWebhook } from "../wires/wire.ts";
import type { CodatSandbox } from "./codat-sandbox.ts";
import type { Company, Connection, SourceAccount } from "./companies.ts";
import type { Push } from "./pushes.ts";
import { instant, linkBase, toCompany, toConnection, toSourceAccount } from "./translate.ts";

const lateSeconds = 10 * 60;

/** Codat's webhooks, signed as Svix signs them. */
export class Hooks {
  readonly #codat: () => CodatSandbox;
  readonly #settings: { readonly codatWebhookSecret: string | undefined };
  /** The documents that each connection's last fetch found. */
  readonly #told = new Map<string, string>();

  constructor(
    codat: () => CodatSandbox,
    settings: { readonly codatWebhookSecret: string | undefined },
  ) {
    this.#codat = codat;
    this.#settings = settings;
  }

  companyMoved(company: Company, how: "created" | "deleted"): void {
    this.#send(company, `company.${how}`, toCompany(this.#codat(), company));
  }

  connectionMoved(
    connection: Connection,
    how: "created" | "connected" | "disconnected" | "reconnected" | "failed" | "deleted",
  ): void {
    const { company } = connection;
    this.#send(company, `connection.${how}`, {
      referenceCompany: this.#reference(company),
      connection: toConnection(this.#codat(), connection),
    });
  }

  accountMoved({ company, connectionId }: Connection, account: SourceAccount): void {
    const how = account.status === "connected" ? "connected" : "disconnected";
    this.#send(company, `bankFeeds.sourceAccount.${how}`, {
      ...{ referenceCompany: this.#reference(company), companyId: company.companyId },
      ...{ connectionId, sourceAccount: toSourceAccount(account) },
    });
  }

  pushEnded(company: Company, push: Push): void {
    this.#send(company, pushEvent(push), this.#pushPayload(company, push));
  }

  readCompleted(company: Company): void {
    const reading = company.connections.filter(({ package: { reads } }) => reads);
    if (reading.length === 0) return;
    this.#send(company, "read.completed", {
      ...{ referenceCompany: this.#reference(company), modifiedFromDate: null },
      dataTypes: reading.flatMap((connection) =>
        (["bankTransactions", "invoices", "bills"] as const).map((dataType) => {
          const { connectionId } = connection;
          const recordsModified = this.#isNews(connection, dataType);
          return { connectionId, dataType, recordsModified, status: "Complete", issues: null };
        }),
      ),
    });
  }

  /** Whether a fetch found other documents than the one before it. Lines are not looked through: there may be many. */
  #isNews(connection: Connection, dataType: "bankTransactions" | "invoices" | "bills"): boolean {
    if (dataType === "bankTransactions") return true;
    const kind = dataType === "bills" ? "bill" : "invoice";
    const read = this.#codat().library.of(connection)?.snapshot?.documents ?? [];
    const state = read
      .filter((document) => document.kind === kind)
      .map(({ id, state, paidMinor, modifiedAt }) => `${id} ${state} ${paidMinor} ${modifiedAt}`)
      .join();
    const key = `${connection.connectionId}:${kind}`;
    const isNews = this.#told.get(key) !== state;
    this.#told.set(key, state);
    return isNews;
  }

  /** Sends one that a careful receiver refuses, or has seen. @returns the receiver's status; 0: there is none */
  async sendBad(company: Company, how: BadWebhook): Promise<number> {
    const { portal, sandbox } = this.#codat();
    const event = "read.completed";
    const [url] = portal.receivers(event, company.tags);
    if (url === undefined) return 0;
    const id = `msg_${randomUUID()}`;
    const body = this.#body(event, { referenceCompany: this.#reference(company), dataTypes: [] });
    const now = Math.floor(Date.now() / 1_000);
    const post = async (sent: string, headers: Record<string, string>) =>
      (await sandbox.deliveries.sendRaw(url, sent, headers)) ?? 0;
    switch (how) {
      case "forged":
        return post(body, signed(body, id, now, randomBytes(24)));
      case "altered":
        return post(body.replace("{", '{"more":1,'), signed(body, id, now, this.#key()));
      case "late":
        return post(body, signed(body, id, now - lateSeconds, this.#key()));
      case "unsigned":
        return post(body, {});
      case "replayed": {
        const last = sandbox.deliveries.lastDelivered(url);
        if (last !== undefined) return post(last.body, last.headers ?? {});
        const headers = signed(body, id, now, this.#key());
        await post(body, headers);
        return post(body, headers);
      }
    }
  }

  #send(company: Company, event: string, payload: object): void {
    const { portal, sandbox, faults } = this.#codat();
    const body = this.#body(event, payload);
    for (const url of portal.receivers(event, company.tags)) {
      const fault = faults.ofWebhook(company.companyId);
      if (fault === "webhook_lost") continue;
      const id = `msg_${randomUUID()}`;
      const behind = fault === "webhook_late" ? lateSeconds : 0;
      const outgoing = {
        ...{ wire: "codat", consentId: company.companyId, url, code: event, body },
        // One event keeps its id through all attempts, and is signed anew for each.
        sign: (sent: string) =>
          signed(sent, id, Math.floor(Date.now() / 1_000) - behind, this.#key()),
      };
      sandbox.deliveries.send(outgoing);
      if (fault === "webhook_twice") sandbox.deliveries.send(outgoing);
    }
  }

  #body(eventType: string, payload: object): string {
    const generatedDate = instant(this.#codat().sandbox.world.clock.now());
    return JSON.stringify({ id: randomUUID(), eventType, generatedDate, payload });
  }

  #reference({ companyId: id, name, description, tags }: Company): object {
    const links = { portal: `${linkBase(this.#codat())}/company/${id}` };
    return { id, name, description, links, tags };
  }

  #pushPayload(company: Company, { key, connectionId, at, ended, recordId }: Push): object {
    return {
      ...{ id: key, type: "Create", referenceCompany: this.#reference(company), connectionId },
      requestedOnDate: instant(at),
      completedOnDate: ended === null ? null : instant(ended.at),
      status: ended?.status ?? "Pending",
      ...{ record: recordId === null ? null : { id: recordId }, attachmentId: null },
    };
  }

  #key(): Buffer {
    const secret = this.#settings.codatWebhookSecret ?? "";
    return Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  }
}

function pushEvent({ body, ended }: Push): string {
  const how = ended?.status === "Success" ? "successful" : "unsuccessful";
  return `${body.dataType}.write.${how}`;
}

/** The headers that a receiver checks. @param t in seconds since 1970 */
function signed(body: string, id: string, t: number, key: Buffer): Record<string, string> {
  const signature = createHmac("sha256", key).update(`${id}.${t}.${body}`, "utf8").digest("base64");
  return {
    "webhook-id": id,
    "webhook-timestamp": String(t),
    "webhook-signature": `v1,${signature}`,
  };
}
