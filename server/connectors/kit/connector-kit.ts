/**
 * Everything that a connector's package may use of Tieout, in one place: the contract, the ways to fail, and the
 * exact arithmetic of amounts. The rest of the server is not for connectors.
 */
export { type CurrencyCode, currencyExponent, isCurrencyCode } from "../../src/core/currencies.ts";
export { addDays, type LocalDate, parseLocalDate, utcDay } from "../../src/core/dates.ts";
export { parseDecimal } from "../../src/core/money.ts";
export {
  type Connector,
  type ConnectorHost,
  type ConnectorSetting,
  defineConnector,
} from "../../src/providers/connectors/connector.ts";
export {
  type GuardedAnswer,
  type GuardedFetch,
  RequestNotMade,
} from "../../src/providers/guarded-fetch.ts";
export * from "../../src/providers/provider.ts";
