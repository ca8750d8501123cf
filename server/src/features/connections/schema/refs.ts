import type { FinancialAccount } from "../../../generated/prisma/client.ts";
import { builder } from "../../../graphql/builder.ts";
import type { BankConnection } from "../connection.ts";

/** Declared apart from their fields: the two name each other. */
export const BankConnectionRef = builder.objectRef<BankConnection>("BankConnection");
export const FinancialAccountRef = builder.objectRef<FinancialAccount>("FinancialAccount");
