import { escapeText } from "../http/markup.ts";
import { toDecimal } from "../world/money.ts";
import type { BankRow } from "../world/row.ts";
import { accountNumber, type Statement, wording } from "./statement.ts";

/** ISO 20022 camt.053.001.08, a Stmt for each account. */
export function asCamt053(statements: readonly Statement[]): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>',
    `<GrpHdr><MsgId>SANDBOX-${statements[0]?.to ?? ""}</MsgId><CreDtTm>${statements[0]?.to ?? ""}T06:00:00Z</CreDtTm></GrpHdr>`,
    ...statements.map(statement),
    "</BkToCstmrStmt></Document>",
    "",
  ].join("\n");
}

function statement({ account, from, to, openingMinor, closingMinor, rows }: Statement): string {
  const { currency } = account;
  const number = accountNumber(account);
  const id = account.iban === null ? `<Othr><Id>${number}</Id></Othr>` : `<IBAN>${number}</IBAN>`;
  return [
    `<Stmt><Id>${from}/${number.slice(-4)}</Id><FrToDt><FrDtTm>${from}T00:00:00Z</FrDtTm><ToDtTm>${to}T23:59:59Z</ToDtTm></FrToDt>`,
    `<Acct><Id>${id}</Id><Ccy>${currency}</Ccy><Nm>${escapeText(account.name)}</Nm></Acct>`,
    balance("OPBD", openingMinor, currency, from),
    balance("CLBD", closingMinor, currency, to),
    ...rows.map(entry),
    "</Stmt>",
  ].join("\n");
}

function balance(code: string, minor: bigint, currency: string, day: string): string {
  return `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp>${amount(minor, currency)}<Dt><Dt>${day}</Dt></Dt></Bal>`;
}

function amount(minor: bigint, currency: string): string {
  const size = toDecimal(minor < 0n ? -minor : minor, currency);
  return `<Amt Ccy="${currency}">${size}</Amt><CdtDbtInd>${minor < 0n ? "DBIT" : "CRDT"}</CdtDbtInd>`;
}

function entry(row: BankRow): string {
  const party = row.amountMinor > 0n ? "Dbtr" : "Cdtr";
  const name = row.counterpartyName;
  const parties =
    name === null
      ? ""
      : `<RltdPties><${party}><Pty><Nm>${escapeText(name)}</Nm></Pty></${party}></RltdPties>`;
  const endToEnd = escapeText(row.reference ?? "NOTPROVIDED");
  return (
    `<Ntry>${amount(row.amountMinor, row.currency)}<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>${row.bookedOn}</Dt></BookgDt>` +
    `<AcctSvcrRef>SB${row.index}</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>${endToEnd}</EndToEndId></Refs>` +
    `${parties}<RmtInf><Ustrd>${escapeText(wording(row))}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>`
  );
}
