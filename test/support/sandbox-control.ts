/** The control API of a sandbox bank that runs in a process of its own. */
export interface SandboxControl {
  say<Answer = unknown>(name: string, body?: Record<string, unknown>): Promise<Answer>;
  read<Answer = unknown>(path: string): Promise<Answer>;
}

export interface OpenAtBank {
  number: string;
  kind: "invoice" | "expense" | "demand";
  counterparty: string;
  currency: string;
  amount: string;
  left: string;
}

export function sandboxControl(url: string): SandboxControl {
  const answer = async (response: Response) => {
    if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
    return response.json();
  };
  return {
    say: async (name, body = {}) =>
      answer(
        await fetch(`${url}/control/${name}`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(body),
        }),
      ),
    read: async (path) => answer(await fetch(`${url}/control/${path}`)),
  };
}

/** All that the bank has to tell about its connections has been fetched. */
export async function historyIsComplete(bank: SandboxControl): Promise<boolean> {
  const consents = await bank.read<{ settled: boolean }[]>("consents");
  return consents.length > 0 && consents.every((consent) => consent.settled);
}
