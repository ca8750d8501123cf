/** The sandbox bank for a test, and a person who walks through its pages. */

import type { Settings } from "../../server/sandbox/settings.ts";
import { type RunningSandbox, startSandbox } from "../../server/sandbox/start.ts";
import { sandboxCredentials } from "../../server/src/config.ts";
import { createPlaidProvider } from "../../server/src/providers/plaid/provider.ts";
import type { Provider } from "../../server/src/providers/provider.ts";

export interface TestBank {
  readonly url: string;
  readonly running: RunningSandbox;
  readonly provider: Provider;
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
    ...settings,
  });
  const { url } = running;
  const answer = async <Answer>(response: Response): Promise<Answer> => {
    if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
    return (await response.json()) as Answer;
  };
  return {
    url,
    running,
    provider: createPlaidProvider({
      ...sandboxCredentials,
      baseUrl: url,
      environment: "simulated",
    }),
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

/** Walks through the hosted pages as a person who consents to all accounts. */
export async function consentTo(hostedUrl: string, institutionId?: string): Promise<void> {
  await fetch(hostedUrl);
  if (institutionId) await submit(hostedUrl, { institution: institutionId });
  await submit(hostedUrl, { user: "user_good", password: "pass_good" });
  const page = await submit(hostedUrl, { code: "123456" });
  if (page.includes('name="choosing"')) {
    const accounts = [...page.matchAll(/name="account" value="([^"]+)"/g)].map(([, key]) => key);
    const form = new URLSearchParams({ choosing: "yes" });
    for (const account of accounts) form.append("account", account ?? "");
    await submit(hostedUrl, form);
  }
  await submit(hostedUrl, { allow: "yes" });
}

/** Leaves the hosted pages without consent. */
export async function cancelAt(hostedUrl: string): Promise<void> {
  await fetch(hostedUrl);
  await submit(hostedUrl, { action: "cancel" });
}

async function submit(
  hostedUrl: string,
  form: Record<string, string> | URLSearchParams,
): Promise<string> {
  const response = await fetch(hostedUrl, {
    method: "POST",
    body: form instanceof URLSearchParams ? form : new URLSearchParams(form),
    redirect: "manual",
  });
  // Back to the page itself, or away to the application, which a test does not run.
  const location = response.headers.get("location");
  if (location === null) return response.text();
  const next = new URL(location, hostedUrl);
  return next.href === hostedUrl ? (await fetch(next)).text() : "";
}
