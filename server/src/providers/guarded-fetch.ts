import { lookup as lookUpName } from "node:dns";
import type { LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";
import { Agent, fetch as undiciFetch } from "undici";

export interface GuardedFetchOptions {
  /** Hosts (name or address, with port where it is not the scheme's own) that may be private: the operator named them. */
  readonly privateHosts: readonly string[];
  /** Covers the whole exchange, the body included. */
  readonly timeoutMs: number;
  readonly bodyBytesMax: number;
}

export interface GuardedRequest {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface GuardedAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export type GuardedFetch = (url: string, request?: GuardedRequest) => Promise<GuardedAnswer>;

/** A request that was not made, or whose answer was not read to its end. The message holds no query and no header. */
export class RequestNotMade extends Error {
  override readonly name = "RequestNotMade";
  readonly code: "ADDRESS_REFUSED" | "TIMED_OUT" | "TOO_LARGE" | "UNREACHABLE";

  constructor(code: RequestNotMade["code"], message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * A fetch for code that gets its addresses from settings or from answers: it reaches public addresses only, and those
 * private hosts that the operator named. Addresses are judged where the connection is made, after the name is looked
 * up, so a name that points inwards, or starts to between two look-ups, is refused as well. Redirects are answered
 * and not followed. Only http and https.
 */
export function createGuardedFetch(options: GuardedFetchOptions): GuardedFetch {
  const open = new Agent({ connect: { timeout: options.timeoutMs } });
  const guarded = new Agent({ connect: { timeout: options.timeoutMs, lookup: publicLookup } });
  const named = new Set(options.privateHosts.map((host) => host.toLowerCase()));
  return async (address, request = {}) => {
    const url = parse(address);
    const isNamed = named.has(url.host.toLowerCase());
    // An address that is written out is connected to without a look-up.
    if (!isNamed) refusePrivateLiteral(url);
    const signal = AbortSignal.timeout(options.timeoutMs);
    try {
      const response = await undiciFetch(url, {
        method: request.method ?? "GET",
        headers: { ...request.headers },
        ...(request.body === undefined ? {} : { body: request.body }),
        redirect: "manual",
        dispatcher: isNamed ? open : guarded,
        signal,
      });
      const text = await readText(response, options.bodyBytesMax, url);
      return { status: response.status, headers: Object.fromEntries(response.headers), text };
    } catch (error) {
      throw asNotMade(error, url, signal);
    }
  };
}

/** Whether an address is a host's own, a private network's, or otherwise not on the public internet. */
export function isPrivateAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return true;
  // `process` also takes an IPv4 address out of its IPv6 clothing.
  const parsed = ipaddr.process(address);
  if (parsed.range() !== "unicast") return true;
  return parsed.kind() === "ipv6" && !parsed.match(globalUnicast);
}

/** What IPv6 hands out to the public; the rest is reserved, and ways around the list above have been found in it. */
const globalUnicast = ipaddr.parseCIDR("2000::/3") as [ipaddr.IPv6, number];

function parse(address: string): URL {
  if (!URL.canParse(address)) throw refused("The address is not a URL.");
  const url = new URL(address);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw refused(`Addresses of the scheme ${url.protocol} are not fetched.`);
  }
  if (url.username !== "" || url.password !== "") {
    throw refused("An address must not carry a user and password.");
  }
  return url;
}

function refusePrivateLiteral(url: URL): void {
  const literal = url.hostname.replace(/^\[|\]$/g, "");
  if (ipaddr.isValid(literal) && isPrivateAddress(literal)) throw privateAddress(url.host);
}

/** Node's look-up, less the private answers. One public answer among private ones is no reason to trust the name. */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookUpName(hostname, { ...options, all: true }, (error, found) => {
    if (error) return callback(error, "", 0);
    const [first] = found;
    if (first === undefined || found.some(({ address }) => isPrivateAddress(address))) {
      return callback(privateAddress(hostname), "", 0);
    }
    if (options.all) return callback(null, found);
    return callback(null, first.address, first.family);
  });
};

async function readText(
  response: Awaited<ReturnType<typeof undiciFetch>>,
  bytesMax: number,
  url: URL,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) {
      throw new RequestNotMade("TOO_LARGE", `${url.host} sent more than ${bytesMax} bytes.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function asNotMade(error: unknown, url: URL, signal: AbortSignal): RequestNotMade {
  if (error instanceof RequestNotMade) return error;
  const cause = error instanceof Error ? error.cause : null;
  if (cause instanceof RequestNotMade) return cause;
  if (signal.aborted) return new RequestNotMade("TIMED_OUT", `${url.host} did not answer in time.`);
  const code = (cause as { code?: unknown } | null)?.code;
  const how = typeof code === "string" ? ` (${code})` : "";
  return new RequestNotMade("UNREACHABLE", `${url.host} could not be reached${how}.`);
}

function privateAddress(host: string): RequestNotMade {
  return refused(`${host} is a private address. An operator can allow it by name.`);
}

function refused(message: string): RequestNotMade {
  return new RequestNotMade("ADDRESS_REFUSED", message);
}
