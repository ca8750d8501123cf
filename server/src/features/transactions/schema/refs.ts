import { builder } from "../../../graphql/builder.ts";
import type { BankTransaction, Category } from "../bank-transaction.ts";

export const BankTransactionRef = builder.objectRef<BankTransaction>("BankTransaction");
export const CategoryRef = builder.objectRef<Category>("Category");
