import { tokens } from "../text.ts";
import { aliasKey } from "./prepare.ts";
import type { MatchableTransaction } from "./types.ts";

/** Shorter keys name nobody: "BP" may be anything. */
const payerCharactersMin = 4;

/** Who paid, in the form in which learned names compare, and as the bank wrote it. */
export type Payer = { readonly key: string; readonly text: string };

/**
 * The payer that a transaction's texts name: the counterparty, or else the description. Null where they name nobody:
 * nothing, figures alone, too short, or only words that banks write for everybody.
 */
export function payerOf(
  transaction: Pick<MatchableTransaction, "counterpartyName" | "description">,
): Payer | null {
  for (const text of [transaction.counterpartyName ?? "", transaction.description]) {
    const key = aliasKey(text);
    if (key.replaceAll(" ", "").length >= payerCharactersMin && !isGeneric(key)) {
      return { key, text: text.trim() };
    }
  }
  return null;
}

/** Whether each word is one that a bank writes whoever paid. */
function isGeneric(key: string): boolean {
  return tokens(key).every((word) => word.length < 2 || bankWords.has(word));
}

const bankWords: ReadonlySet<string> = new Set(
  (
    "payment payments paid pay received receipt receipts incoming outgoing transfer transfers wire credit credits debit " +
    "debits direct standing order deposit deposits withdrawal cash cheque check card cards purchase pos atm faster " +
    "bacs chaps sepa swift ach fps giro iban bic online internet mobile banking bank account acct current from to by " +
    "for of the and via ref reference invoice invoices inv bill bills no number nr fee fees charge charges interest " +
    "refund refunds reversal returned unknown various customer client counter branch automated bgc fpi dd so tfr bp " +
    "uberweisung ueberweisung gutschrift lastschrift dauerauftrag zahlung zahlungseingang eingang rechnung verwendungszweck " +
    "sepaüberweisung virement prelevement paiement facture versement overboeking betaling factuur incasso bonifico " +
    "pagamento fattura accredito transferencia pago factura ingreso abono"
  ).split(" "),
);
