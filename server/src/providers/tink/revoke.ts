import { ProviderFailure } from "../provider.ts";
import { isUnknown, type TinkClient } from "./client.ts";
import type { Held } from "./held.ts";
import type { TinkParts } from "./parts.ts";
import { formerMax, type StartedFlow } from "./started-flow.ts";

/** To end credentials, and the user with them. */
const endingScope = "credentials:write,user:delete";
/** Ends the credentials, which takes effect a little later, and the user. @throws ProviderFailure */
export async function revoke(
  { client, tokens }: Pick<TinkParts, "client" | "tokens">,
  { userId, credentialsId }: Pick<Held, "userId" | "credentialsId">,
): Promise<void> {
  await ignoringUnknown(async () => {
    const { accessToken } = await tokens.ofUser({ user_id: userId }, endingScope);
    await ignoringUnknown(() => endCredentials(client, accessToken, credentialsId));
    await client.call({ method: "POST", path: "/api/v1/user/delete", token: accessToken });
  });
}

/** Another bank may have been linked to this user before; its accounts would come in twice. */
export async function endFormer(
  { client, tokens }: Pick<TinkParts, "client" | "tokens">,
  { userId, before }: StartedFlow,
  kept: string,
): Promise<void> {
  const former = before.filter(({ id }) => id !== kept).slice(0, formerMax);
  if (former.length === 0) return;
  const { accessToken } = await tokens.ofUser({ user_id: userId }, endingScope);
  for (const { id } of former) await ignoringUnknown(() => endCredentials(client, accessToken, id));
}

function endCredentials(client: TinkClient, token: string, credentialsId: string) {
  const path = `/api/v1/credentials/${encodeURIComponent(credentialsId)}`;
  return client.call({ method: "DELETE", path, token });
}

async function ignoringUnknown(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const final = error instanceof ProviderFailure && error.kind === "final";
    if (!isUnknown(error) && !final) throw error;
  }
}
