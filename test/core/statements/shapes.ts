import type { StatementFormat } from "../../../server/src/core/statements/statement.ts";
import { mt940Samples } from "./mt940-samples.ts";

/** Small whole files in the shapes that banks send, for what is done to them. Everything in them is invented. */
export const shapes: Readonly<Record<StatementFormat, readonly string[]>> = {
  mt940: Object.values(mt940Samples),
  csv: [
    [
      "Kontoauszug;DE02120300000000202051;;;",
      "Zeitraum:;01.01.2026 - 31.01.2026;;;",
      "",
      "Buchungstag;Verwendungszweck;Auftraggeber;Betrag (EUR);Saldo",
      '02.01.2026;"Rechnung 2025-0815; ""Dach""";Grünewald GmbH;1.210,00;2.210,00',
      "05.01.2026;Strom Januar;Stadtwerke;-59,90;2.150,10",
      "13.01.2026;Entgelt;;-1,50;2.148,60",
      "Endsaldo;;;2.148,60;",
      "",
    ].join("\r\n"),
    [
      "Date,Description,Reference,Money in,Money out,Balance",
      "2026-01-02,Coffee,REF 1,,3.20,96.80",
      '2026-01-02,Coffee,REF 1,,3.20,"93.60"',
      '5 Jan 2026,"Invoice 77, part\ntwo",,"£1,234.56",,1328.16',
      "03/04/2026,Refund,X,(12.00),,1340.16",
    ].join("\n"),
    "posted\tamount\tdetails\n01/02/2026\t12.50 CR\tA\n02/13/2026\t7.00-\tB\n",
  ],
  bai2: [
    [
      "01,122099999,123456789,260105,0621,1,,,2/",
      "02,031001234,122099999,1,260104,2359,USD,2/",
      "03,0123456789,USD,010,100000,,,015,130000,,,100,40000,2,0/",
      "16,165,25000,1,260105,1234,REF-1,PAYROLL, PART / ONE",
      "88,AND THE REST",
      "16,195,15000,S,5000,5000,5000,BR2,CR2,WIRE FROM ACME/",
      "16,475,10000,V,260106,1200,BR3,1001,CHECK/",
      "49,320000,6/",
      "98,320000,1,8/",
      "99,320000,1,10/",
    ].join("\n"),
    [
      "01,A,B,260105,14:59:35,7,80,,2/",
      "02,,B,1,260105,2400,EUR,/",
      "03,DE02120300000000202051,,010,-500,,,015,0,,/",
      "16,399,500,D,2,0,200,1,300,,,TEXT,WITH,COMMAS/",
      "49,0,3/",
      "03,55555,,040,,,,045,+7,,/",
      "49,7,2/",
      "98,7,2,7/",
      "99,7,1,9/",
    ].join("\r\n"),
  ],
  ofx: [
    [
      "OFXHEADER:100",
      "DATA:OFXSGML",
      "VERSION:102",
      "ENCODING:USASCII",
      "CHARSET:1252",
      "",
      "<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20260131120000[-5:EST]<LANGUAGE>ENG</SONRS></SIGNONMSGSRSV1>",
      "<BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS><CURDEF>USD",
      "<BANKACCTFROM><BANKID>122099999<ACCTID>0123456789<ACCTTYPE>CHECKING</BANKACCTFROM>",
      "<BANKTRANLIST><DTSTART>20260101<DTEND>20260131",
      "<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260105120000.000[-5:EST]<TRNAMT>-1,234.56<FITID>F1<CHECKNUM>1001<NAME>ACME &amp; CO<MEMO>INVOICE 77</STMTTRN>",
      "<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260106<TRNAMT>+7.5<FITID>F2<NAME>PAYEE</STMTTRN>",
      "</BANKTRANLIST><LEDGERBAL><BALAMT>100.00<DTASOF>20260131</LEDGERBAL><AVAILBAL><BALAMT>90.00<DTASOF>20260131</AVAILBAL>",
      "</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>",
    ].join("\n"),
    `<?xml version="1.0" encoding="UTF-8"?><?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>
<OFX><CREDITCARDMSGSRSV1><CCSTMTTRNRS><TRNUID>0</TRNUID><STATUS><CODE>0</CODE><SEVERITY>INFO</SEVERITY></STATUS><CCSTMTRS><CURDEF>EUR</CURDEF>
<CCACCTFROM><ACCTID>5500000000000004</ACCTID></CCACCTFROM><BANKTRANLIST><DTSTART>20260101</DTSTART><DTEND>20260131</DTEND>
<STMTTRN><TRNTYPE>POS</TRNTYPE><DTPOSTED>20260105</DTPOSTED><TRNAMT>-12.50</TRNAMT><FITID>A</FITID><PAYEE><NAME>Café</NAME></PAYEE><MEMO>&#233;t&#xe9;</MEMO></STMTTRN>
</BANKTRANLIST><LEDGERBAL><BALAMT>-12.50</BALAMT><DTASOF>20260131</DTASOF></LEDGERBAL></CCSTMTRS></CCSTMTTRNRS></CREDITCARDMSGSRSV1></OFX>`,
  ],
  camt053: [
    `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-01-31T23:00:00+01:00</CreDtTm></GrpHdr>
<Stmt><Id>S-1</Id><ElctrncSeqNb>12</ElctrncSeqNb><FrToDt><FrDtTm>2026-01-01T00:00:00</FrDtTm><ToDtTm>2026-01-31T23:59:59</ToDtTm></FrToDt>
<Acct><Id><IBAN>DE02120300000000202051</IBAN></Id><Ccy>EUR</Ccy><Nm>Giro</Nm></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">1000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-01-01</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">2150.10</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-01-31</Dt></Dt></Bal>
<TxsSummry><TtlNtries><NbOfNtries>2</NbOfNtries><Sum>1269.90</Sum></TtlNtries></TxsSummry>
<Ntry><Amt Ccy="EUR">1210.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-01-02</Dt></BookgDt><AcctSvcrRef>A1</AcctSvcrRef>
<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>
<NtryDtls><TxDtls><Refs><EndToEndId>E2E-1</EndToEndId></Refs><Amt Ccy="EUR">1210.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><RltdPties><Dbtr><Pty><Nm>Gr&#252;newald &amp; S&#xF6;hne</Nm></Pty></Dbtr></RltdPties>
<RmtInf><Ustrd>Rechnung 2025-0815</Ustrd><Strd><CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf></Strd></RmtInf></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="EUR">59.90</Amt><CdtDbtInd>DBIT</CdtDbtInd><RvslInd>false</RvslInd><Sts>BOOK</Sts><BookgDt><DtTm>2026-01-05T10:00:00Z</DtTm></BookgDt><AddtlNtryInf>Strom</AddtlNtryInf>
<NtryDtls><Btch><NbOfTxs>2</NbOfTxs></Btch><TxDtls><Amt Ccy="EUR">29.90</Amt><CdtDbtInd>DBIT</CdtDbtInd></TxDtls><TxDtls><Amt Ccy="EUR">30.00</Amt><CdtDbtInd>DBIT</CdtDbtInd></TxDtls></NtryDtls></Ntry>
</Stmt></BkToCstmrStmt></Document>`,
    `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt><Id>1</Id><Acct><Id><Othr><Id>123</Id></Othr></Id></Acct>
<Bal><Tp><CdOrPrtry><Cd>PRCD</Cd></CdOrPrtry></Tp><Amt Ccy="JPY">5</Amt><CdtDbtInd>DBIT</CdtDbtInd><Dt><Dt>2026-01-01</Dt></Dt></Bal>
<Ntry><Amt Ccy="JPY">7</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>PDNG</Sts></Ntry></Stmt></BkToCstmrStmt></Document>`,
  ],
};
