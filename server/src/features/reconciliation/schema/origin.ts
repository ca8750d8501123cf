import { builder } from "../../../graphql/builder.ts";

/** Apart from matches: bank transactions are filtered by it. */
export const MatchOrigin = builder.enumType("MatchOrigin", {
  description: "What made a match.",
  values: {
    AUTOMATIC: { value: "automatic", description: "Tieout, by itself." },
    MANUAL: { value: "manual", description: "A person or a program." },
  } as const,
});
