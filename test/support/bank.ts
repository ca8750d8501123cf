/** The sandbox bank for a test, and a person who walks through its pages. */

import type { Settings } from "../../server/sandbox/settings.ts";
import { type RunningSandbox, startSandbox } from "../../server/sandbox/start.ts";
import { sandboxCredentials } from "../../server/src/config.ts";
import type { Provider } from "../../server/src/providers/provider.ts";
import { type BankProviders, bankProviders } from "./bank-providers.ts";
import { pontoBankSettings, rememberPonto } from "./ponto-keys.ts";
import { saltEdgeBankSettings } from "./saltedge-keys.ts";

export interface TestBank {
  readonly url: string;
  readonly running: RunningSandbox;
  /** Plaid's, which is what most tests connect through. */
  readonly provider: Provider;
  readonly providers: BankProviders;
  /** Says something to the control API. */
  control<Answer = unknown>(name: string, body?: Record<string, unknown>): Promise<Answer>;
  /** Reads from the control API. */
  state<Answer = unknown>(path: string): Promise<Answer>;
  close(): Promise<void>;
}

/** A bank on any free port where nothing happens by itself, and first deliveries take no time. */
export async function startTestBank(settings: Partial<Settings> = {}): Promise<TestBank> {
  const running = await startSandbox({
    port: 0,
    paceSeconds: 0,
    readyDelayMs: 0,
    webhookRetryMs: 5,
    ...sandboxCredentials,
    ...saltEdgeBankSettings,
    ...(await pontoBankSettings()),
    ...settings,
  });
  rememberPonto(running);
  const { url } = running;
  const providers = bankProviders(url);
  const answer = async <Answer>(response: Response): Promise<Answer> => {
    if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
    return (await response.json()) as Answer;
  };
  return {
    url,
    running,
    provider: providers.plaid,
    providers,
    control: async (name, body = {}) =>
      answer(
        await fetch(`${url}/control/${name}`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(body),
        }),
      ),
    state: async (path) => answer(await fetch(`${url}/control/${path}`)),
    close: () => running.close(),
  };
}

/**
 * Walks through the hosted pages of any wire as a person who consents to all accounts.
 * @param institutionId chosen where the pages ask; the first one that they offer where it is left out
 * @returns the address that the browser is sent to in the end; null: a closing page
 */
export async function consentTo(hostedUrl: string, institutionId?: string): Promise<string | null> {
  let at = await open(hostedUrl);
  for (let step = 0; step < stepsMax && at.page !== null; step++) {
    if (!at.page.includes("<form")) return null;
    at = await submit(at.url, answerTo(at.page, institutionId));
  }
  return at.url;
}

/** Leaves the hosted pages without consent. @returns the address that the browser is sent to; null: a closing page */
export async function cancelAt(hostedUrl: string): Promise<string | null> {
  const at = await open(hostedUrl);
  const left = await submit(at.url, new URLSearchParams({ action: "cancel" }));
  return left.page === null ? left.url : null;
}

/** Where the browser is, and what it shows; null: a place outside the sandbox, which a test does not open. */
interface Shown {
  readonly url: string;
  readonly page: string | null;
}

const stepsMax = 12;

function answerTo(page: string, institutionId: string | undefined): URLSearchParams {
  if (page.includes('name="password"')) {
    return new URLSearchParams({ user: "user_good", password: "pass_good" });
  }
  if (page.includes('name="code"')) return new URLSearchParams({ code: "123456" });
  if (page.includes('name="choosing"')) {
    const form = new URLSearchParams({ choosing: "yes" });
    for (const [, key] of page.matchAll(/name="account" value="([^"]+)"/g)) {
      form.append("account", key ?? "");
    }
    return form;
  }
  if (page.includes('name="allow"')) return new URLSearchParams({ allow: "yes" });
  const [, first] = /name="institution" value="([^"]+)"/.exec(page) ?? [];
  return new URLSearchParams({ institution: institutionId ?? first ?? "" });
}

async function open(url: string, from = url): Promise<Shown> {
  if (new URL(url).origin !== new URL(from).origin) return { url, page: null };
  return follow(await fetch(url, { redirect: "manual" }), url);
}

async function submit(url: string, form: URLSearchParams): Promise<Shown> {
  return follow(await fetch(url, { method: "POST", body: form, redirect: "manual" }), url);
}

async function follow(response: Response, url: string): Promise<Shown> {
  const location = response.headers.get("location");
  if (location === null) return { url, page: await response.text() };
  await response.body?.cancel();
  return open(new URL(location, url).href, url);
}
