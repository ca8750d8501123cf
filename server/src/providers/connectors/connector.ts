import type { GuardedFetch } from "../guarded-fetch.ts";
import type { Provider } from "../provider.ts";

/** A provider in a package of one's own: what such a package exports as its default. */
export interface Connector {
  /** Stable: it is stored with each connection, and stands in the webhook's path. Lower-case letters, digits, "-". */
  readonly name: string;
  /** What the operator has to set, each as `CONNECTOR_<NAME>_<SETTING>`. */
  readonly settings: readonly ConnectorSetting[];
  /** Called once at the start. Its description's `name` must be this name, its `kind` "connector". */
  create(host: ConnectorHost): Provider;
}

export interface ConnectorSetting {
  /** Upper-case letters, digits and "_". */
  readonly name: string;
  /** For the operator, who reads it when the setting is missing. */
  readonly description: string;
  readonly optional?: boolean;
}

/** What Tieout gives a connector to work with. */
export interface ConnectorHost {
  readonly settings: Readonly<Record<string, string>>;
  /**
   * The only way out: public addresses, and private hosts that the operator named in `CONNECTOR_PRIVATE_HOSTS`. Bounded
   * in time and size, follows no redirect. @throws RequestNotMade
   */
  readonly fetch: GuardedFetch;
}

/** Says that a value is a connector, for the compiler's help while it is written. */
export function defineConnector(connector: Connector): Connector {
  return connector;
}
