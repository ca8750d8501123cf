import { z } from "zod";

/** Packages of one's own that bring a provider each. */
export type ConnectorsConfig = {
  /** Package names, or files relative to where the server was started. */
  modules: string[];
  /** Every `CONNECTOR_*` variable as it was given; each connector is handed its own. */
  settings: Record<string, string>;
  /** Private hosts that connectors may reach, "host" or "host:port". */
  privateHosts: string[];
};

const list = z
  .string()
  .default("")
  .transform((text) =>
    text
      .split(",")
      .map((entry) => entry.trim())
      .filter((entry) => entry !== ""),
  );

export const connectorSettings = { CONNECTORS: list, CONNECTOR_PRIVATE_HOSTS: list };

export function connectorsConfig(
  given: { CONNECTORS: string[]; CONNECTOR_PRIVATE_HOSTS: string[] },
  env: Record<string, string | undefined>,
): ConnectorsConfig {
  const settings = Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      name.startsWith("CONNECTOR_") && value !== undefined ? [[name, value]] : [],
    ),
  );
  return { modules: given.CONNECTORS, settings, privateHosts: given.CONNECTOR_PRIVATE_HOSTS };
}
