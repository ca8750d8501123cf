import type { Role } from "../../generated/prisma/enums.ts";
import { builder } from "../../graphql/builder.ts";
import type { OrganisationSummary } from "./memberships.ts";

export const OrganisationType = builder.objectRef<OrganisationSummary>("Organisation").implement({
  description: "The tenant: everything else belongs to exactly one.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "The organisation's id." }),
    name: t.exposeString("name", { description: "As people call it." }),
    baseCurrency: t.exposeString("baseCurrency", {
      description: "ISO 4217: the currency of its books.",
    }),
    timeZone: t.exposeString("timeZone", {
      description: "IANA name: where its days begin and end.",
    }),
  }),
});

export const RoleType = builder.enumType("Role", {
  description: "What a person is in an organisation. It grants permissions.",
  values: {
    OWNER: { value: "owner", description: "May do everything, and make other owners." },
    ADMIN: { value: "admin", description: "May do everything but make or unmake owners." },
    ACCOUNTANT: { value: "accountant", description: "Works on transactions and matches." },
    VIEWER: { value: "viewer", description: "Looks, and changes nothing." },
  } satisfies Record<string, { value: Role; description: string }>,
});
