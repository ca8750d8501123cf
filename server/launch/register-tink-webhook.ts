/** `pnpm tink:webhook <public url>`: has Tink send its webhooks here, and prints the secret that signs them. */
import { loadConfig } from "../src/config.ts";
import { ProviderFailure } from "../src/providers/provider.ts";
import { registerWebhook } from "../src/providers/tink/register-webhook.ts";
import { LaunchError } from "./launch-error.ts";
import { runCommand } from "./run-command.ts";
import { loadEnvFile } from "./settings.ts";

const usage = `Usage:
  pnpm tink:webhook https://tieout.example.com
      with TINK_CLIENT_ID and TINK_CLIENT_SECRET in the environment; the address is PUBLIC_URL`;

await runCommand(async () => {
  loadEnvFile();
  const [publicUrl = "", ...others] = process.argv.slice(2).filter((arg) => arg !== "--");
  const https = URL.canParse(publicUrl) && new URL(publicUrl).protocol === "https:";
  if (!https || others.length > 0) throw new LaunchError(usage);
  // Of the configuration only Tink's part is needed, whatever kind of start it is for.
  const { tink } = loadConfig({ ...process.env, TIEOUT_DEMO: "true" });
  if (tink === null) throw new LaunchError(`TINK_CLIENT_ID is missing\n${usage}`);
  const url = `${publicUrl.replace(/\/+$/, "")}/webhooks/tink`;
  const secret = await registerWebhook(tink, url).catch((error: unknown) => {
    if (!(error instanceof ProviderFailure)) throw error;
    throw new LaunchError(`Tink did not register ${url}: ${error.message} (${error.detail})`);
  });
  const secrets = [secret, ...tink.webhookSecrets].join(",");
  console.log(`# ${url} is registered. Tink tells the secret only now: keep it.
TINK_WEBHOOK_SECRETS=${secrets}`);
});
