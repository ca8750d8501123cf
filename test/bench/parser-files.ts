import { localDate } from "../../server/src/core/dates.ts";
import type { Bai2Detail } from "../../server/src/core/statements/bai2/file.ts";
import { printBai2 } from "../../server/src/core/statements/bai2/print.ts";

/** A file of one format, with how many transactions a reader must find in it. */
export interface BenchFile {
  readonly text: string;
  readonly lines: number;
}

/** Rows until the file has so many characters; its head and foot come on top. */
function filled(
  charactersMin: number,
  rowOf: (line: number) => string,
): { rows: string; lines: number } {
  const rows: string[] = [];
  let characters = 0;
  while (characters < charactersMin) {
    const row = rowOf(rows.length);
    rows.push(row);
    characters += row.length;
  }
  // Joined anew, so that no reader is slowed by a text that is still a tree of pieces.
  return { rows: Buffer.from(rows.join("")).toString(), lines: rows.length };
}

const cents = (line: number) => 100 + ((line * 7_919) % 900_000);
const decimal = (line: number, sign: string) =>
  `${Math.floor(cents(line) / 100)}${sign}${String(cents(line) % 100).padStart(2, "0")}`;
const description = (line: number) => `Payment ${line} from counterparty ${line % 500}`;
const reference = (line: number) => `INV-${line}`;

/** Six columns; one description in four is quoted, with a comma in it. */
export function csvFile(charactersMin: number): BenchFile {
  const { rows, lines } = filled(charactersMin, (line) => {
    const text = line % 4 === 0 ? `"${description(line)}, thanks"` : description(line);
    return `2026-11-${String(1 + (line % 28)).padStart(2, "0")},${text},${reference(line)},-${decimal(line, ".")},GBP,Counterparty ${line % 500}\n`;
  });
  return { text: `Date,Description,Reference,Amount,Currency,Payee\n${rows}`, lines };
}

/** One account; one transaction in five has a value date, one in three a text of two records. */
export function bai2File(charactersMin: number): BenchFile {
  const details: Bai2Detail[] = [];
  for (let characters = 0; characters < charactersMin; characters += 95) {
    const line = details.length;
    details.push({
      type: line % 3 === 0 ? "475" : "195",
      amount: BigInt(cents(line)),
      funds: line % 5 === 0 ? { type: "V", day: "261119", time: "" } : { type: "Z" },
      bankReference: `BK${line}`,
      customerReference: reference(line),
      text: `${description(line)}, invoice 2026/${line % 97}${line % 3 === 0 ? " and the bank's further words on it" : ""}`,
    });
  }
  const text = printBai2(
    {
      sender: "121000248",
      receiver: "ACME01",
      createdOn: localDate("2026-11-19"),
      createdAt: "0415",
      fileId: "1",
      groups: [
        {
          ultimateReceiver: "ACME01",
          originator: "121000248",
          status: 1,
          asOf: localDate("2026-11-18"),
          asOfTime: "2400",
          currency: "USD",
          modifier: 2,
          accounts: [
            {
              account: "4000123456789",
              currency: null,
              figures: [{ type: "015", amount: 100_000n, itemCount: null, funds: { type: "" } }],
              details,
            },
          ],
        },
      ],
    },
    { lineBreak: "\n", recordLength: null, padded: false, wrapAt: 100, slashAfterText: false },
  );
  return { text, lines: details.length };
}

/** One statement with structured information for the account owner. */
export function mt940File(charactersMin: number): BenchFile {
  let total = 0;
  const { rows, lines } = filled(charactersMin, (line) => {
    total += cents(line);
    return `:61:2611181118C${decimal(line, ",")}NTRF${reference(line)}//BK${line}\r\n:86:166?00GUTSCHRIFT?20SVWZ+${description(line).slice(0, 22)}?21Rechnung ${line % 97}?32Counterparty ${line % 500}\r\n`;
  });
  const closing = `${Math.floor(total / 100)},${String(total % 100).padStart(2, "0")}`;
  const head =
    ":20:STARTUMSE\r\n:25:10010010/1234567890\r\n:28C:00001/001\r\n:60F:C261117EUR0,00\r\n";
  return { text: `${head}${rows}:62F:C261118EUR${closing}\r\n-\r\n`, lines };
}

/** One statement of version 08, an entry with one transaction each. */
export function camt053File(charactersMin: number): BenchFile {
  let total = 0;
  const { rows, lines } = filled(charactersMin, (line) => {
    total += cents(line);
    return `<Ntry><Amt Ccy="EUR">${decimal(line, ".")}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-11-18</Dt></BookgDt><ValDt><Dt>2026-11-18</Dt></ValDt><AcctSvcrRef>BK${line}</AcctSvcrRef><BkTxCd><Prtry><Cd>TRF</Cd></Prtry></BkTxCd><NtryDtls><TxDtls><Refs><EndToEndId>${reference(line)}</EndToEndId></Refs><Amt Ccy="EUR">${decimal(line, ".")}</Amt><CdtDbtInd>CRDT</CdtDbtInd><RltdPties><Dbtr><Pty><Nm>Counterparty ${line % 500}</Nm></Pty></Dbtr></RltdPties><RmtInf><Ustrd>${description(line)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n`;
  });
  const balance = (code: string, amount: string, day: string) =>
    `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">${amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>${day}</Dt></Dt></Bal>\n`;
  const closing = `${Math.floor(total / 100)}.${String(total % 100).padStart(2, "0")}`;
  const head =
    '<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-19T04:15:00</CreDtTm></GrpHdr><Stmt><Id>S1</Id><CreDtTm>2026-11-19T04:15:00</CreDtTm><FrToDt><FrDtTm>2026-11-18T00:00:00</FrDtTm><ToDtTm>2026-11-18T23:59:59</ToDtTm></FrToDt><Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy></Acct>\n';
  const balances = balance("OPBD", "0.00", "2026-11-17") + balance("CLBD", closing, "2026-11-18");
  return { text: `${head}${balances}${rows}</Stmt></BkToCstmrStmt></Document>\n`, lines };
}

/** OFX 1.x with its tags not closed, as most banks write it. */
export function ofxFile(charactersMin: number): BenchFile {
  const { rows, lines } = filled(
    charactersMin,
    (line) =>
      `<STMTTRN>\n<TRNTYPE>CREDIT\n<DTPOSTED>20261118120000\n<TRNAMT>${decimal(line, ".")}\n<FITID>F${line}\n<NAME>Counterparty ${line % 500}\n<MEMO>${description(line)}\n</STMTTRN>\n`,
  );
  const head =
    "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:USASCII\nCHARSET:1252\nCOMPRESSION:NONE\nOLDFILEUID:NONE\nNEWFILEUID:NONE\n\n<OFX>\n<SIGNONMSGSRSV1>\n<SONRS>\n<STATUS>\n<CODE>0\n<SEVERITY>INFO\n</STATUS>\n<DTSERVER>20261119\n<LANGUAGE>ENG\n</SONRS>\n</SIGNONMSGSRSV1>\n<BANKMSGSRSV1>\n<STMTTRNRS>\n<TRNUID>1\n<STATUS>\n<CODE>0\n<SEVERITY>INFO\n</STATUS>\n<STMTRS>\n<CURDEF>USD\n<BANKACCTFROM>\n<BANKID>121000248\n<ACCTID>4000123456789\n<ACCTTYPE>CHECKING\n</BANKACCTFROM>\n<BANKTRANLIST>\n<DTSTART>20261118\n<DTEND>20261118\n";
  const foot =
    "</BANKTRANLIST>\n<LEDGERBAL>\n<BALAMT>1000.00\n<DTASOF>20261118\n</LEDGERBAL>\n</STMTRS>\n</STMTTRNRS>\n</BANKMSGSRSV1>\n</OFX>\n";
  return { text: head + rows + foot, lines };
}
