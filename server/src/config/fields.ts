/** The shapes that settings of several kinds share. */
import { z } from "zod";

/** "" for what is no URL at all. URL.parse would do, but Node 20 lacks it. */
export function schemeOf(text: string): string {
  return URL.canParse(text) ? new URL(text).protocol : "";
}

/** An http(s) address, character for character as it was given. */
export const webUrlAsGiven = z
  .string()
  .refine((text) => ["http:", "https:"].includes(schemeOf(text)), "must be an http(s) address");

/** An http(s) address without a slash at the end. */
export const webUrl = webUrlAsGiven.transform((text) => text.replace(/\/+$/, ""));
