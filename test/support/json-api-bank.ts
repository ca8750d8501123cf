/** A bank with an HTTP JSON API of its own: what the example connector talks to. */
import { createHmac, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { formatDecimal, money } from "../../server/src/core/money.ts";

export interface JsonLine {
  readonly number: number;
  readonly account: string;
  date: string;
  amountMinor: bigint;
  description: string;
  pending: boolean;
  replaces: number | null;
  removed: boolean;
}

export interface JsonAccess {
  readonly id: string;
  readonly token: string;
  readonly webhookUrl: string;
  /** What `/v1/status` says: "ok", or why not. */
  state: string;
  /** All data calls are answered with this. */
  failing: string | null;
  /** Strikes the next data call. */
  strike: { name: string; retryAfterSeconds?: number | null; ms?: number } | null;
  refreshNotBefore: Date | null;
}

export const jsonBank = {
  token: "operator-token-7f3a",
  webhookSecret: "json-bank-webhook-secret",
  organisation: "organisation-1",
};

export const jsonAccounts = [
  { id: "main", name: "Main account", type: "current", number: "GB29NWBK60161331926819" },
  { id: "rainy", name: "Rainy days", type: "savings", number: "GB94BARC10201530093459" },
] as const;

const changesPerPageMax = 500;

/** Starts the bank with some months of lines. `today` is ISO. */
export async function startJsonApiBank(today: string) {
  const accesses = new Map<string, JsonAccess>();
  const lines: JsonLine[] = [];
  /** Numbers of lines in the order in which they changed: the change list. */
  const changed: number[] = [];
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const add = (line: Partial<JsonLine> & Pick<JsonLine, "amountMinor" | "description">) => {
    const number = lines.length;
    lines.push({
      ...{ number, account: "main", date: today, pending: false, replaces: null, removed: false },
      ...line,
    });
    changed.push(number);
    return number;
  };
  const touch = (number: number) => {
    changed.push(number);
    return lines[number] as JsonLine;
  };
  for (let day = 1; day <= 40; day++) {
    const date = new Date(Date.parse(today) - day * 86_400_000).toISOString().slice(0, 10);
    const amountMinor = BigInt(day % 3 === 0 ? day * 731 : -day * 417);
    add({
      amountMinor,
      description: `LINE OF DAY ${day}`,
      date,
      account: day % 5 ? "main" : "rainy",
    });
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = new URL(request.url ?? "/", url);
    const token = (request.headers.authorization ?? "").replace(/^Bearer /, "");
    const body = await readJson(request);
    if (at.pathname.startsWith("/v1/access")) return access(request, response, token, at, body);
    const own = [...accesses.values()].find((one) => one.token === token);
    if (own === undefined) return refuse(response, 403, "access_revoked");
    if (own.failing !== null) return refuse(response, statusOf(own.failing), own.failing);
    if (own.strike !== null && strike(own, response)) return;
    if (at.pathname === "/v1/status") {
      const until = new Date(Date.now() + 90 * 86_400_000).toISOString();
      const refreshed_at = new Date().toISOString();
      return send(response, 200, { state: own.state, refreshed_at, access_until: until });
    }
    if (own.state !== "ok") return refuse(response, statusOf(own.state), own.state);
    if (at.pathname === "/v1/accounts") return send(response, 200, { accounts: balances() });
    if (at.pathname === "/v1/changes") return send(response, 200, changes(at, own));
    if (at.pathname === "/v1/refresh") {
      const possible_at = own.refreshNotBefore?.toISOString();
      return send(response, 200, { ...(possible_at && { possible_at }) });
    }
    refuse(response, 404, "no_such_address");
  }

  function access(
    request: IncomingMessage,
    response: ServerResponse,
    token: string,
    at: URL,
    body: Record<string, unknown>,
  ): void {
    if (token !== jsonBank.token) {
      refuse(response, 401, "http_401");
    } else if (request.method === "POST") {
      const opened: JsonAccess = {
        ...{ id: randomUUID(), token: randomUUID(), webhookUrl: String(body.webhook_url) },
        ...{ state: "ok", failing: null, strike: null, refreshNotBefore: null },
      };
      accesses.set(opened.id, opened);
      send(response, 200, { access: opened.id, token: opened.token });
    } else if (accesses.delete(at.pathname.split("/").at(-1) ?? "")) {
      send(response, 200, {});
    } else {
      refuse(response, 404, "no_such_access");
    }
  }

  function changes(at: URL, own: JsonAccess): object {
    const after = Number(at.searchParams.get("after"));
    if (own.strike?.name === "endless_pages") {
      return { changes: [], last: String(Math.max(after, changed.length) + 1), more: true };
    }
    const end = Math.min(changed.length, after + changesPerPageMax);
    const part = changed.slice(after, end).map((number) => {
      const line = lines[number] as JsonLine;
      return line.removed
        ? { op: "delete", entry: { id: `e${number}`, account: line.account } }
        : { op: "put", entry: entryOf(line) };
    });
    return { changes: part, last: String(end), more: end < changed.length };
  }

  function balances(): object[] {
    return jsonAccounts.map(({ id, name, type, number }) => {
      const booked = formatDecimal(money(balanceOf(id), "GBP"));
      const at = new Date().toISOString();
      return {
        id,
        name,
        type,
        number,
        currency: "GBP",
        balance: { booked, available: booked, at },
      };
    });
  }

  function balanceOf(account: string): bigint {
    return lines
      .filter((line) => line.account === account && !line.pending && !line.removed)
      .reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
  }

  /** Sends a webhook. @returns once it was answered */
  async function sendWebhook(
    to: JsonAccess,
    event: string,
    how: { secret?: string; secondsAgo?: number; altered?: boolean; id?: string } = {},
  ): Promise<void> {
    const body = JSON.stringify({ id: how.id ?? randomUUID(), event, access: to.id });
    const t = Math.floor(Date.now() / 1_000) - (how.secondsAgo ?? 0);
    const v1 = createHmac("sha256", how.secret ?? jsonBank.webhookSecret)
      .update(`${t}.${body}`)
      .digest("hex");
    await fetch(to.webhookUrl, {
      method: "POST",
      headers: how.secret === "" ? {} : { "x-bank-signature": `t=${t},v1=${v1}` },
      body: how.altered ? body.replace(event, "entries_altered") : body,
    });
  }

  return {
    ...{ url, accesses, lines, add, touch, balanceOf, sendWebhook },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

export type JsonApiBank = Awaited<ReturnType<typeof startJsonApiBank>>;

/** @returns whether the call was answered by it */
function strike(own: JsonAccess, response: ServerResponse): boolean {
  const given = own.strike;
  if (given === null || given.name === "endless_pages" || given.name === "mutation") return false;
  own.strike = null;
  switch (given.name) {
    case "rate_limit":
      if (given.retryAfterSeconds != null) {
        response.setHeader("retry-after", String(given.retryAfterSeconds));
      }
      refuse(response, 429, "too_many_requests");
      return true;
    case "internal_error":
      refuse(response, 500, "internal");
      return true;
    case "connection_reset":
      response.socket?.destroy();
      return true;
    case "truncated_json":
      response.writeHead(200, { "content-type": "application/json" }).end('{"accounts":[{"id"');
      return true;
    case "hang":
      // The caller's patience ends it, or the bank's close does.
      return true;
    default:
      throw new TypeError(`no fault ${given.name}`);
  }
}

function entryOf(line: JsonLine): object {
  return {
    id: `e${line.number}`,
    account: line.account,
    date: line.date,
    amount: formatDecimal(money(line.amountMinor, "GBP")),
    currency: "GBP",
    description: line.description,
    pending: line.pending,
    replaces: line.replaces === null ? null : `e${line.replaces}`,
  };
}

const statuses: Record<string, number> = {
  access_expired: 401,
  access_revoked: 403,
  customer_closed: 410,
  maintenance: 503,
  too_many_requests: 429,
};

function statusOf(code: string): number {
  return statuses[code] ?? 500;
}

function refuse(response: ServerResponse, status: number, code: string): void {
  send(response, status, { error: { code, message: "No." } });
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
}
