import type { App } from "../../app.ts";
import { parseCurrencyCode } from "../../core/currencies.ts";
import type { FinancialAccountKind } from "../../core/ledger-account.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import { newId } from "../../db/ids.ts";
import type { FinancialAccount } from "../../generated/prisma/client.ts";
import { readCalendar } from "../calendar/read-calendar.ts";
import { Conflict, InvalidInput } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { type CadenceInput, readCadence, uploadBusinessDayDefault } from "./cadence.ts";
import { accountNow } from "./lock-account.ts";
import { noteAccountChange } from "./note-account-change.ts";
import { reviewStatementsIn } from "./review-statements.ts";

export interface FinancialAccountInput extends CadenceInput {
  readonly institutionName: string;
  readonly name: string;
  readonly kind: FinancialAccountKind;
  readonly currency: string;
  readonly mask?: string | null | undefined;
}

const charactersMax = { institutionName: 120, name: 120 } as const;

/**
 * Adds an account that no connection feeds: its statements are brought in by hand.
 * @throws Forbidden, InvalidInput, Conflict when there is one of that bank, name, currency and last digits already
 */
export async function createFinancialAccount(
  app: App,
  viewer: Viewer,
  input: FinancialAccountInput,
): Promise<FinancialAccount> {
  authorise(viewer, "bank_connections:manage");
  const institutionName = readText(input.institutionName, "institutionName");
  const name = readText(input.name, "name");
  const mask = readMask(input.mask);
  const currency = parseCurrencyCode(input.currency);
  if (currency === null) throw new InvalidInput("There is no such currency.", "currency");
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const now = app.now();
    const { today } = await readCalendar(tx, tx.organisationId, now);
    const before = { uploadsFrom: null, uploadBusinessDay: uploadBusinessDayDefault };
    const cadence = readCadence(input, before, today);
    const [made] = await tx.query<{ id: string }>(
      `INSERT INTO financial_account (organisation_id, id, institution_name, name, kind, currency, mask, path,
         uploads_from, upload_business_day, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, 'manual_upload', $8, $9, $10)
       ON CONFLICT (organisation_id, lower(institution_name), lower(name), currency, coalesce(mask, ''))
         WHERE connection_id IS NULL AND closed_at IS NULL DO NOTHING RETURNING id`,
      [
        tx.organisationId,
        newId(),
        institutionName,
        name,
        input.kind,
        currency,
        mask,
        cadence.uploadsFrom,
        cadence.uploadBusinessDay,
        now,
      ],
    );
    if (!made) throw new Conflict(`There is an account ${name} at ${institutionName} already.`);
    const account = await accountNow(tx, made.id);
    await noteAccountChange(tx, viewer, account, "financial_account.created", {
      institution: institutionName,
      kind: input.kind,
      currency,
    });
    await reviewStatementsIn(tx, now, account.id);
    return account;
  });
}

function readText(given: string, field: keyof typeof charactersMax): string {
  const text = given.trim();
  const max = charactersMax[field];
  if (text === "" || text.length > max || /\p{Cc}/u.test(text)) {
    throw new InvalidInput(`A name has 1 to ${max} characters.`, field);
  }
  return text;
}

/** The whole number has no business here: whoever pastes it is told so, and it is not kept. */
function readMask(given: string | null | undefined): string | null {
  const mask = given?.trim() ?? "";
  if (mask === "") return null;
  if (!/^[0-9A-Za-z]{1,4}$/.test(mask)) {
    throw new InvalidInput("Give the last four digits only.", "mask");
  }
  return mask.toUpperCase();
}
