import { isCurrencyCode } from "../../currencies.ts";
import { normaliseText } from "../../text.ts";

/** What a column can be by its name. */
export type ColumnRole =
  | "date"
  | "description"
  | "amount"
  | "credit"
  | "debit"
  | "indicator"
  | "reference"
  | "counterparty"
  | "balance"
  | "currency";

/** The lower the rank, the better a column fits its role: a booking date before a value date. */
export interface NamedRole {
  readonly role: ColumnRole;
  readonly rank: number;
}

/** What a column's name says it is, in the words of banks in six languages; null for other names. */
export function roleOfHeader(header: string): NamedRole | null {
  if (header.length > 80) return null;
  const name = normaliseText(header);
  const known = rolesByName.get(name);
  if (known !== undefined) return known;
  // "Betrag (EUR)", "Amount in GBP", "Débit euros"
  const bare = /^(.+?)(?: (?:in|en))? ([a-z]{3}|euros?)$/.exec(name);
  if (bare === null || !isCurrencyCode((bare[2] ?? "").slice(0, 3).toUpperCase())) return null;
  return rolesByName.get(bare[1] ?? "") ?? null;
}

/** As `normaliseText` leaves them; a line for each rank. */
const names: Readonly<Record<ColumnRole, readonly string[]>> = {
  date: [
    "booking date|booked date|date booked|booked on|posting date|post date|posted date|date posted|posted|entry date|" +
      "buchungstag|buchungsdatum|buchung|date comptable|date de comptabilisation|boekdatum|boekingsdatum|" +
      "fecha contable|fecha de contabilizacion|data contabile|data registrazione|data di registrazione",
    "date|datum|fecha|data|date operation|date doperation|date de loperation|date de operation|fecha operacion|" +
      "fecha de operacion|fecha de la operacion|f operacion|data operazione|umsatzdatum|transactiedatum|" +
      "completed date|date completed|date utc",
    "transaction date|trans date|tran date|txn date|date of transaction|date transaction|created on|started date|belegdatum",
    "value date|valuta|valutadatum|valuta datum|wertstellung|wertstellungsdatum|wertstellungstag|wert|date valeur|" +
      "date de valeur|fecha valor|f valor|fecha de valor|data valuta|rentedatum|interest date",
  ],
  description: [
    "description|narrative|narration|details|detail|transaction description|transaction details|particulars|" +
      "payment details|remittance information|verwendungszweck|vorgang verwendungszweck|beschreibung|buchungsdetails|" +
      "text|mitteilung|avisierungstext|zahlungszweck|libelle|libelle operation|libelle de loperation|" +
      "libelle complet|motif|communication|communications|omschrijving|omschrijving 1|omschrijving 2|omschrijving 3|" +
      "mededelingen|mededeling|concepto|descripcion|descripcion del movimiento|movimiento|descrizione|" +
      "descrizione operazione|causale|descrizione estesa|beschrijving",
    "memo|notes|note|buchungstext|umsatzart|vorgang|observaciones|informations complementaires|mas datos|transaction type|type",
  ],
  amount: [
    "amount|value|betrag|umsatz|montant|bedrag|importe|importo|transaction amount|amount local currency|montant operation|" +
      "montant de loperation|monto|cantidad|transactiebedrag|buchungsbetrag|bedrag transactie|ammontare",
    "net amount|total|sum|summe|net|nettobetrag",
  ],
  credit: [
    "credit|credits|credit amount|money in|paid in|amount in|deposit|deposits|deposit amount|receipts|in|haben|gutschrift|" +
      "gutschriften|eingang|einnahmen|montant credit|bij|bedrag bij|abono|abonos|haber|ingreso|ingresos|entrate|entrata|" +
      "accredito|accrediti|avere",
  ],
  debit: [
    "debit|debits|debit amount|money out|paid out|amount out|withdrawal|withdrawals|withdrawal amount|payments|out|spent|soll|" +
      "belastung|belastungen|lastschrift|ausgang|ausgaben|montant debit|af|bedrag af|cargo|cargos|debe|gasto|gastos|uscite|" +
      "uscita|addebito|addebiti|dare",
  ],
  indicator: [
    "debit credit|credit debit|dr cr|cr dr|d c|c d|dc|cd|debit or credit|credit or debit|debit credit indicator|" +
      "credit debit indicator|debit credit code|credit debit code|dc indicator|soll haben|haben soll|s h|h s|sh|" +
      "soll haben kennzeichen|kennzeichen|af bij|bij af|debet credit|sens|signo|segno|sign|dare avere|debe haber",
  ],
  reference: [
    "reference|ref|reference number|reference no|ref no|transaction reference|payment reference|bank reference|" +
      "customer reference|your reference|end to end id|end to end reference|endtoendid|kundenreferenz|" +
      "kundenreferenz end to end|referenz|referenznummer|zahlungsreferenz|referentie|kenmerk|betalingskenmerk|" +
      "reference de loperation|reference operation|reference client|numero de reference|referencia|riferimento|numero riferimento",
    "transaction id|transaction number|id|check number|cheque number|check|cheque|cheque no|check no|check or slip|" +
      "check or slip number|mandatsreferenz|transactiereferentie|numero operation",
  ],
  counterparty: [
    "counterparty|counterparty name|counter party|payee|payee name|payer|beneficiary|beneficiary name|payer payee|" +
      "beneficiary payer|begunstigter zahlungspflichtiger|beguenstigter zahlungspflichtiger|begunstigter|beguenstigter|" +
      "empfanger auftraggeber|empfaenger auftraggeber|empfanger zahlungspflichtiger|begunstigter auftraggeber|auftraggeber begunstigter|auftraggeber empfanger|auftraggeber beguenstigter|" +
      "name zahlungsbeteiligter|zahlungsempfanger|zahlungsempfanger in|empfanger|empfaenger|auftraggeber|gegenpartei|" +
      "tegenpartij|naam tegenpartij|naam omschrijving|contrepartie|tiers|beneficiaire|nom du tiers|contraparte|beneficiario|" +
      "ordenante|controparte|ordinante|merchant|merchant name|partner name|partner",
    "name|naam|nom|nombre|nome|zahlungspflichtiger|zahlungspflichtige r|tegenrekening naam",
  ],
  balance: [
    "balance|running balance|running bal|account balance|balance after|balance after transaction|ledger balance|closing balance|saldo|" +
      "kontostand|saldo nach buchung|solde|solde apres operation|saldo na mutatie|saldo na trn|saldo na transactie|saldo contable|" +
      "saldo tras operacion|saldo dopo operazione|saldo contabile",
    "available balance|saldo disponible|saldo disponibile",
  ],
  currency: [
    "currency|currency code|ccy|account currency|transaction currency|wahrung|waehrung|devise|munt|muntsoort|valutacode|moneda|divisa",
  ],
};

const rolesByName: ReadonlyMap<string, NamedRole> = new Map(
  (Object.keys(names) as ColumnRole[]).flatMap((role) =>
    names[role].flatMap((words, rank) =>
      words.split("|").map((name) => [name, { role, rank }] as const),
    ),
  ),
);
