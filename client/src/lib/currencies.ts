import type { Option } from "./ui/Select.svelte";

/** Every current currency the browser knows, with its name, the common ones first. */
export function currencyOptions(): Option[] {
  const names = new Intl.DisplayNames(undefined, { type: "currency" });
  const common = ["EUR", "USD", "GBP", "CHF"];
  const rest = Intl.supportedValuesOf("currency").filter((code) => !common.includes(code));
  return [...common, ...rest].map((code) => ({
    value: code,
    label: `${code} – ${names.of(code)}`,
  }));
}
