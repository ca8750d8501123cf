import type { CurrencyCode } from "../../currencies.ts";
import type { LocalDate } from "../../dates.ts";
import { formatDecimal, money } from "../../money.ts";
import {
  descriptionCharactersMax,
  nameCharactersMax,
  plainText,
  referenceCharactersMax,
} from "../statement.ts";
import { nameInMemo, ofxOwnOrganisation } from "./description.ts";

export interface OfxExport {
  /** What the other software knows the account by: its IBAN or number. Never empty. */
  readonly account: string;
  /** The bank's routing number or code, where it is known and not part of the account. */
  readonly bank?: string | null;
  readonly kind?: "CHECKING" | "SAVINGS" | "MONEYMRKT" | "CREDITLINE";
  readonly currency: CurrencyCode;
  readonly firstOn: LocalDate;
  readonly lastOn: LocalDate;
  /** When the file is made. */
  readonly now: Date;
}

export interface OfxExportLine {
  /** Stable and unique within the account: it becomes the FITID by which other software knows a line again. */
  readonly id: string;
  readonly bookedOn: LocalDate;
  /** Money in is positive. */
  readonly amountMinor: bigint;
  readonly currency: CurrencyCode;
  readonly description: string;
  readonly counterpartyName: string | null;
  readonly reference: string | null;
}

export interface OfxExportFoot {
  readonly currency: CurrencyCode;
  readonly closingMinor?: bigint | null;
  /** The day of that balance. */
  readonly closingOn: LocalDate;
}

/**
 * The start of an OFX file for other software: everything before its first line. Write it, then `ofxExportLine` for
 * each line, then `ofxExportEnd`; as UTF-8, without a byte order mark.
 *
 * OFX 1.0.2 (SGML) rather than 2.x (XML): QuickBooks, Quicken, Xero, Sage, GnuCash, MoneyMoney and HomeBank all read
 * 1.0.2, several of them nothing later. Each value carries its end tag, which 1.x allows, so that readers that expect
 * XML find their way too. The header declares UTF-8 as GnuCash's libofx, ofxtools and ofxparse understand it; what
 * ignores the declaration still reads every ASCII text as it is.
 *
 * FI/ORG names Tieout. Our own reader takes such a file's MEMO as the whole description, as it was exported.
 */
export function ofxExportStart(file: OfxExport): string {
  const status = aggregate("STATUS", leaf("CODE", "0") + leaf("SEVERITY", "INFO"));
  const signOn = aggregate(
    "SONRS",
    status +
      leaf("DTSERVER", `${file.now.toISOString().replace(/[-:T]/g, "").slice(0, 14)}[0:GMT]`) +
      leaf("LANGUAGE", "ENG") +
      aggregate("FI", leaf("ORG", ofxOwnOrganisation) + leaf("FID", "0")),
  );
  const account = aggregate(
    "BANKACCTFROM",
    leaf("BANKID", file.bank ?? "0") +
      leaf("ACCTID", file.account) +
      leaf("ACCTTYPE", file.kind ?? "CHECKING"),
  );
  return (
    `${header.join("\r\n")}\r\n\r\n<OFX>\r\n${aggregate("SIGNONMSGSRSV1", signOn)}\r\n` +
    `<BANKMSGSRSV1><STMTTRNRS>${leaf("TRNUID", "0")}${status}\r\n<STMTRS>` +
    `${leaf("CURDEF", file.currency)}${account}\r\n<BANKTRANLIST>` +
    `${leaf("DTSTART", day(file.firstOn))}${leaf("DTEND", day(file.lastOn))}\r\n`
  );
}

/**
 * One transaction. NAME carries the counterparty, or else the description's beginning, since much software shows
 * nothing else and QuickBooks refuses a line without it; the format gives it 32 characters, and a longer name follows
 * whole in EXTDNAME, an element of OFX 2.2 that older software skips. MEMO carries the whole description.
 */
export function ofxExportLine(line: OfxExportLine): string {
  const description = text(line.description, descriptionCharactersMax);
  const name = text(line.counterpartyName ?? "", nameCharactersMax);
  const reference = text(line.reference ?? "", referenceCharactersMax);
  const short = nameInMemo(name === "" ? description : name);
  // A counterparty that is also how the description begins would read as the description cut short.
  const extended = name !== "" && (name !== short || short === nameInMemo(description));
  const fields = [
    leaf("TRNTYPE", line.amountMinor < 0n ? "DEBIT" : "CREDIT"),
    leaf("DTPOSTED", day(line.bookedOn)),
    leaf("TRNAMT", formatDecimal(money(line.amountMinor, line.currency))),
    leaf("FITID", line.id),
    reference === "" ? "" : leaf("REFNUM", reference),
    leaf("NAME", short),
    extended ? leaf("EXTDNAME", name) : "",
    leaf("MEMO", description),
  ];
  return `${aggregate("STMTTRN", fields.join(""))}\r\n`;
}

/** What follows the last line: the balance, where it is known, and the end of the file. */
export function ofxExportEnd(foot: OfxExportFoot): string {
  const known = foot.closingMinor !== undefined && foot.closingMinor !== null;
  const balance = known
    ? `${aggregate(
        "LEDGERBAL",
        leaf("BALAMT", formatDecimal(money(foot.closingMinor ?? 0n, foot.currency))) +
          leaf("DTASOF", day(foot.closingOn)),
      )}\r\n`
    : "";
  return `</BANKTRANLIST>\r\n${balance}</STMTRS></STMTTRNRS></BANKMSGSRSV1>\r\n</OFX>\r\n`;
}

const header = [
  "OFXHEADER:100",
  "DATA:OFXSGML",
  "VERSION:102",
  "SECURITY:NONE",
  "ENCODING:UTF-8",
  "CHARSET:NONE",
  "COMPRESSION:NONE",
  "OLDFILEUID:NONE",
  "NEWFILEUID:NONE",
];

function aggregate(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}

/** The value on one line, with what is markup in SGML and XML escaped: a hostile text stays a text. */
function leaf(name: string, value: string): string {
  const escaped = text(value, descriptionCharactersMax)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
  return `<${name}>${escaped}</${name}>`;
}

function text(value: string, charactersMax: number): string {
  // Halves of surrogate pairs and non-characters can be written neither as UTF-8 nor as XML.
  const writable = value.replace(/[\ud800-\udfff\ufffe\uffff]/gu, "\ufffd");
  return plainText(writable, charactersMax) ?? "";
}

function day(date: LocalDate): string {
  return date.replaceAll("-", "");
}
