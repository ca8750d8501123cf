import { toDecimal } from "../world/money.ts";
import { accountNumber, type Statement, wording } from "./statement.ts";

/** OFX 1.0.2 in SGML: values without closing tags. */
export function asOfx(statements: readonly Statement[]): string {
  return [
    "OFXHEADER:100",
    "DATA:OFXSGML",
    "VERSION:102",
    "SECURITY:NONE",
    "ENCODING:UTF-8",
    "CHARSET:NONE",
    "COMPRESSION:NONE",
    "OLDFILEUID:NONE",
    "NEWFILEUID:NONE",
    "",
    "<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS>",
    `<DTSERVER>${compact(statements[0]?.to ?? "")}<LANGUAGE>ENG</SONRS></SIGNONMSGSRSV1><BANKMSGSRSV1>`,
    ...statements.map(transactions),
    "</BANKMSGSRSV1></OFX>",
    "",
  ].join("\r\n");
}

function transactions({ account, from, to, closingMinor, rows }: Statement): string {
  const { currency } = account;
  return [
    "<STMTTRNRS><TRNUID>0<STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS>",
    `<CURDEF>${currency}<BANKACCTFROM><BANKID>SANDBOX<ACCTID>${accountNumber(account)}<ACCTTYPE>CHECKING</BANKACCTFROM>`,
    `<BANKTRANLIST><DTSTART>${compact(from)}<DTEND>${compact(to)}`,
    ...rows.map(
      (row) =>
        `<STMTTRN><TRNTYPE>${row.amountMinor < 0n ? "DEBIT" : "CREDIT"}<DTPOSTED>${compact(row.bookedOn)}120000` +
        `<TRNAMT>${toDecimal(row.amountMinor, currency)}<FITID>SB${row.index}` +
        `<NAME>${markup((row.counterpartyName ?? wording(row)).slice(0, 32))}<MEMO>${markup(wording(row))}</STMTTRN>`,
    ),
    `</BANKTRANLIST><LEDGERBAL><BALAMT>${toDecimal(closingMinor, currency)}<DTASOF>${compact(to)}</LEDGERBAL></STMTRS></STMTTRNRS>`,
  ].join("\r\n");
}

function compact(day: string): string {
  return day.replaceAll("-", "");
}

function markup(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
