import { allowBooks } from "../support/codat-link.ts";

/** What the plainest client of the sandbox's Codat took. */
export interface LoopTook {
  readonly pushSeconds: number;
  readonly readSeconds: number;
  readonly linesRead: number;
}

const base64Key = Buffer.from("sandbox-codat-key").toString("base64");
const linesPerPage = 1_000;

/**
 * Posts batches one after the other, asks at once and without a pause until each has ended, and reads all lines back:
 * nothing is written down or compared, so that what it takes is the wire's and the sandbox's own.
 * @param bodies of pushes to the feed `feedId`, as they are posted
 */
export async function pushInALoop(
  url: string,
  feedId: string,
  bodies: readonly object[],
): Promise<LoopTook> {
  const call = caller(`${url}/codat`);
  const company = await call("POST", "/companies", { name: "Loop Ltd" });
  const base = `/companies/${company.id}`;
  const connection = await call("POST", `${base}/connections`, { platformKey: "gbol" });
  await allowBooks(connection.linkUrl);
  const own = `${base}/connections/${connection.id}`;
  await call("POST", `${own}/connectionInfo/bankFeedAccounts`, {
    ...{ id: feedId, accountName: "Loop", accountType: "checking", accountNumber: "00004417" },
    ...{ sortCode: "123456", currency: "GBP", balance: 0 },
  });
  const yearAgo = new Date(Date.now() - 364 * 86_400_000).toISOString().slice(0, 10);
  const mapping = { sourceAccountId: feedId, feedStartDate: `${yearAgo}T00:00:00` };
  const mapped = await call("POST", `${own}/bankFeedAccounts/mapping`, mapping);
  const path = `${own}/push/bankAccounts/${feedId}/bankTransactions?timeoutInMinutes=60`;
  const startedAt = performance.now();
  for (const body of bodies) {
    const pushed = await call("POST", path, body);
    let { status } = pushed;
    while (status === "Pending") {
      ({ status } = await call("GET", `${base}/push/${pushed.pushOperationKey}`));
    }
    if (status !== "Success") throw new Error(`a push of the loop ended as ${status}`);
  }
  const pushedAt = performance.now();
  const lines = `${own}/data/bankAccounts/${mapped.targetAccountId}/bankTransactions`;
  let linesRead = 0;
  for (let page = 1; ; page++) {
    const { results } = await call("GET", `${lines}?pageSize=${linesPerPage}&page=${page}`);
    linesRead += results.length;
    if (results.length < linesPerPage) break;
  }
  return {
    pushSeconds: (pushedAt - startedAt) / 1_000,
    readSeconds: (performance.now() - pushedAt) / 1_000,
    linesRead,
  };
}

function caller(base: string) {
  // biome-ignore lint/suspicious/noExplicitAny: any JSON of the wire, whose shapes other tests hold.
  return async (method: string, path: string, body?: object): Promise<any> => {
    const response = await fetch(`${base}${path}`, {
      method,
      headers: { authorization: `Basic ${base64Key}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) {
      throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    }
    return response.json();
  };
}
