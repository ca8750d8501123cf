import { z } from "zod";
import { connectionActionNames } from "../../core/connection-actions.ts";
import { connectionStatuses } from "../../core/connection-status.ts";

/** The words of the wire: snake_case, times in ISO 8601 UTC, amounts as decimal strings beside their currency. */

const time = z.iso.datetime().describe("ISO 8601, UTC");

export const statusWord = z.enum(connectionStatuses);

export const actionWord = z.enum(connectionActionNames).describe("What the caller may do now");

const money = z.strictObject({
  amount: z.string().describe('Decimal, such as "-12.50"'),
  currency: z.string().describe("ISO 4217"),
});

export const accountSchema = z
  .strictObject({
    id: z.uuid(),
    name: z.string(),
    kind: z.string().describe("current, savings, credit_card, loan or other"),
    mask: z.string().nullable().describe("The last digits; the whole number is never answered"),
    currency: z.string(),
    path: z.enum(["standard", "manual_upload", "non_standard"]).nullable(),
    ledger_account_id: z.uuid().nullable(),
    balance: money.nullable(),
    available_balance: money.nullable(),
    balance_as_of: time.nullable(),
    closed_at: time.nullable(),
  })
  .meta({ id: "FinancialAccount" });

export const connectionSchema = z
  .strictObject({
    id: z.uuid(),
    provider: z.string(),
    institution_name: z.string(),
    status: statusWord,
    status_reason: z.string().nullable(),
    next_step: z.string().nullable().describe("What a person can do about it, as a sentence"),
    actions: z.array(actionWord),
    created_at: time,
    last_sync_at: time.nullable().describe("Moves with every attempt"),
    successfully_aggregated_at: time
      .nullable()
      .describe("When the provider last fetched from the bank with success, as it says"),
    next_sync_at: time.nullable(),
    next_refresh_possible_at: time.nullable().describe("Null: a refresh is possible now"),
    consent_expires_at: time.nullable(),
    history_days: z.int(),
    deleted_at: time.nullable(),
    accounts: z.array(accountSchema),
  })
  .meta({ id: "BankConnection" });

export const statusSchema = z
  .strictObject({
    id: z.uuid(),
    status: statusWord,
    status_reason: z.string().nullable(),
    next_step: z.string().nullable(),
    actions: z.array(actionWord),
    last_sync_at: time.nullable(),
    successfully_aggregated_at: time.nullable(),
    next_refresh_possible_at: time.nullable(),
    history: z
      .array(
        z.strictObject({
          from: statusWord.nullable(),
          to: statusWord,
          cause: z.string(),
          at: time,
        }),
      )
      .describe("The last changes of status, newest first"),
  })
  .meta({ id: "ConnectionStatus" });

export const startedSchema = z
  .strictObject({
    connection: connectionSchema,
    hosted_link_url: z
      .string()
      .nullable()
      .describe("The page to send the person to; null where none is needed"),
    expires_at: time.nullable(),
  })
  .meta({ id: "StartedBankConnection" });

export const listSchema = z
  .strictObject({ connections: z.array(connectionSchema) })
  .meta({ id: "BankConnectionList" });

export const connectBody = z
  .strictObject({
    provider: z.string().min(1).max(100),
    institution_id: z.string().min(1).max(200).nullish(),
    history_days: z.int().nullish().describe("90 if absent"),
  })
  .meta({ id: "ConnectRequest" });

export const completeBody = z
  .strictObject({
    returned: z
      .string()
      .max(8_192)
      .nullish()
      .describe("The query of the address that the browser came back to, where it did"),
  })
  .meta({ id: "CompleteRequest" });

export const syncBody = z
  .strictObject({ account_id: z.uuid().nullish().describe("Only this account") })
  .meta({ id: "TriggerSyncRequest" });

export const listQuery = z.strictObject({
  status: statusWord.optional(),
  provider: z.string().max(100).optional(),
  include_deleted: z.enum(["true", "false"]).optional(),
});
