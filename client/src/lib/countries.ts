const names = new Intl.DisplayNames(undefined, { type: "region" });

/** "Germany" from DE. */
export function countryName(code: string): string {
  return names.of(code) ?? code;
}

/** The countries' names in the alphabet's order, the first `shown` of them; the rest as a number. */
export function countryList(codes: readonly string[], shown = codes.length): string {
  const all = codes.map(countryName).toSorted((left, right) => left.localeCompare(right));
  const rest = all.length - shown;
  return rest > 0 ? `${all.slice(0, shown).join(", ")} and ${rest} more` : all.join(", ");
}
