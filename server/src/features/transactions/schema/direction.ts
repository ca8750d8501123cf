import { builder } from "../../../graphql/builder.ts";

/** Apart from the list: rules ask for it too. */
export const Direction = builder.enumType("Direction", {
  description: "Which way money moved.",
  values: {
    IN: { value: "in", description: "Money in." },
    OUT: { value: "out", description: "Money out." },
  } as const,
});
