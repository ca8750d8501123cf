import { z } from "zod";

const id = z.string().min(1).max(200);
const day = z.iso.date();
const amount = z
  .string()
  .max(64)
  .regex(/^[+-]?[0-9]+(\.[0-9]+)?$/, 'must be a decimal such as "-12.50"')
  .describe('Decimal text, money in positive, such as "-12.50"');
const currency = z.string().regex(/^[A-Z]{3}$/, "must be an ISO 4217 code");

/** Bounds of one batch: more is sent as several. */
export const pushRowsMax = 5_000;
export const pushAccountsMax = 200;

const account = z.strictObject({
  id: id.describe("Yours, stable"),
  name: z.string().min(1).max(200),
  kind: z.enum(["current", "savings", "credit_card", "loan", "other"]),
  currency,
  number: z
    .string()
    .min(4)
    .max(64)
    .nullish()
    .describe("IBAN or account number: its last digits are kept, and a digest to recognise it by"),
  balance: amount.nullish(),
  available_balance: amount.nullish(),
  balance_as_of: z.iso.datetime().nullish(),
});

const transaction = z.strictObject({
  id: id.describe("Yours, stable: sent again, it changes the transaction instead of adding one"),
  account_id: id,
  booked_on: day,
  amount,
  currency,
  description: z.string().max(2_000).default(""),
  counterparty: z.string().max(500).nullish(),
  reference: z.string().max(500).nullish(),
  pending: z.boolean().default(false),
  replaces: id
    .nullish()
    .describe("The pending transaction that this booked one takes the place of"),
});

export const batchBody = z
  .strictObject({
    accounts: z.array(account).max(pushAccountsMax).default([]),
    transactions: z.array(transaction).max(pushRowsMax).default([]),
    removed: z
      .array(z.strictObject({ id, account_id: id }))
      .max(pushRowsMax)
      .default([]),
  })
  .meta({ id: "BatchRequest" });

export type Batch = z.output<typeof batchBody>;

export const batchSchema = z
  .strictObject({
    added: z.int(),
    modified: z.int(),
    removed: z.int(),
    unchanged: z.int().describe("Sent before, and the same"),
  })
  .meta({ id: "BatchResult" });
