import { builder } from "../../../graphql/builder.ts";

export const RuleField = builder.enumType("RuleField", {
  description: "Which text of a bank transaction a rule looks at.",
  values: {
    ANY: { value: "any", description: "Any of the three." },
    DESCRIPTION: { value: "description", description: "The bank's text." },
    REFERENCE: { value: "reference", description: "The payment reference." },
    COUNTERPARTY: { value: "counterparty", description: "Who paid or was paid." },
  } as const,
});

export const RuleTest = builder.enumType("RuleTest", {
  description: "How a rule compares a text.",
  values: {
    CONTAINS: { value: "contains", description: "The text has it somewhere." },
    EQUALS: { value: "equals", description: "The text is just that." },
    STARTS_WITH: { value: "starts_with", description: "The text begins with it." },
    ALL_WORDS: { value: "all_words", description: "The text has all its words, in any order." },
  } as const,
});

export const RuleActionKind = builder.enumType("RuleActionKind", {
  description: "What a rule does.",
  values: {
    CATEGORISE: { value: "categorise", description: "Gives it a category, and may book it too." },
    EXCLUDE: { value: "exclude", description: "Leaves it out of reconciliation, with a reason." },
    MATCH_CLIENT: {
      value: "match_client",
      description: "Says who paid: only that client's items are matched with it automatically.",
    },
    TRANSFER: {
      value: "transfer",
      description: "Says that it is a transfer between own accounts.",
    },
  } as const,
});
