import { z } from "zod";

/** Where Plaid knows banks: the country codes of its API of 2020-09-14. */
const known = [
  "AT",
  "BE",
  "CA",
  "DE",
  "DK",
  "EE",
  "ES",
  "FI",
  "FR",
  "GB",
  "IE",
  "IT",
  "LT",
  "LV",
].concat(["NL", "NO", "PL", "PT", "SE", "US"]);

/**
 * The countries whose banks are offered through Plaid: "GB,IE". Plaid refuses calls that name one which it has not
 * enabled for its customer.
 */
export const plaidCountries = z.string().transform((text, context): string[] => {
  const countries = text.split(",").map((each) => each.trim().toUpperCase());
  const strange = countries.find((country) => !known.includes(country));
  if (strange !== undefined) {
    context.addIssue(`names "${strange}", where Plaid knows no bank: it has ${known.join(", ")}`);
  }
  return [...new Set(countries)];
});

/** Where the simulated banks are. */
export const plaidCountriesDefault: readonly string[] = ["GB", "IE", "DE", "US"];
