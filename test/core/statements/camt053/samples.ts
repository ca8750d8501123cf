/** Files in the shapes that banks send; the data is invented. */

/** A German bank's, version 2: a batch of salaries, a returned direct debit, an entry that is not booked, charges. */
export const germanV2 = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <BkToCstmrStmt>
  <GrpHdr><MsgId>053D2026013100001</MsgId><CreDtTm>2026-01-31T20:10:00.000+01:00</CreDtTm><MsgPgntn><PgNb>1</PgNb><LastPgInd>true</LastPgInd></MsgPgntn></GrpHdr>
  <Stmt>
   <Id>0752026013100001</Id><ElctrncSeqNb>31</ElctrncSeqNb><CreDtTm>2026-01-31T20:10:00.000+01:00</CreDtTm>
   <FrToDt><FrDtTm>2026-01-31T00:00:00.000+01:00</FrDtTm><ToDtTm>2026-01-31T23:59:59.000+01:00</ToDtTm></FrToDt>
   <Acct><Id><IBAN>DE02120300000000202051</IBAN></Id><Ccy>EUR</Ccy><Ownr><Nm>Hafenblick Verwaltung GmbH</Nm></Ownr><Svcr><FinInstnId><BIC>BYLADEM1001</BIC></FinInstnId></Svcr></Acct>
   <Bal><Tp><CdOrPrtry><Cd>PRCD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">5000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-01-30</Dt></Dt></Bal>
   <Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">1043.1</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-01-31</Dt></Dt></Bal>
   <Bal><Tp><CdOrPrtry><Cd>CLAV</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">43.10</Amt><CdtDbtInd>DBIT</CdtDbtInd><Dt><Dt>2026-01-31</Dt></Dt></Bal>
   <TxsSummry><TtlNtries><NbOfNtries>4</NbOfNtries><Sum>4456.9</Sum></TtlNtries></TxsSummry>
   <Ntry>
    <Amt Ccy="EUR">4200.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts>
    <BookgDt><Dt>2026-01-31</Dt></BookgDt><ValDt><Dt>2026-01-31</Dt></ValDt><AcctSvcrRef>2026013110000001</AcctSvcrRef>
    <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn><Prtry><Cd>NTRF+191</Cd><Issr>DK</Issr></Prtry></BkTxCd>
    <NtryDtls><Btch><PmtInfId>SALARY-01</PmtInfId><NbOfTxs>2</NbOfTxs></Btch>
     <TxDtls><Refs><EndToEndId>SAL-1</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy="EUR">2100.50</Amt></TxAmt></AmtDtls>
      <RltdPties><Dbtr><Nm>Hafenblick Verwaltung GmbH</Nm></Dbtr><Cdtr><Nm>Ada Lindqvist</Nm></Cdtr></RltdPties><RmtInf><Ustrd>Gehalt Januar</Ustrd><Ustrd>2026</Ustrd></RmtInf></TxDtls>
     <TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy="EUR">2099.50</Amt></TxAmt></AmtDtls>
      <RltdPties><Cdtr><Nm>Bo Winter</Nm></Cdtr></RltdPties><RmtInf><Ustrd>Gehalt Januar 2026</Ustrd></RmtInf></TxDtls>
    </NtryDtls>
    <AddtlNtryInf>SAMMEL-UEBERWEISUNG</AddtlNtryInf>
   </Ntry>
   <Ntry>
    <Amt Ccy="EUR">250.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><RvslInd>true</RvslInd><Sts>BOOK</Sts>
    <BookgDt><DtTm>2026-01-31T23:30:00+01:00</DtTm></BookgDt><AcctSvcrRef>2026013110000002</AcctSvcrRef>
    <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RDDT</Cd><SubFmlyCd>UPDD</SubFmlyCd></Fmly></Domn></BkTxCd>
    <NtryDtls><TxDtls><Refs><EndToEndId>STROM-7</EndToEndId><MndtId>M1</MndtId></Refs>
     <RltdPties><Dbtr><Nm>Hafenblick Verwaltung GmbH</Nm></Dbtr><Cdtr><Nm>Stadtwerke &amp; Söhne</Nm></Cdtr></RltdPties>
     <RtrInf><Rsn><Cd>MD06</Cd></Rsn></RtrInf></TxDtls></NtryDtls>
   </Ntry>
   <Ntry>
    <Amt Ccy="EUR">99.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>PDNG</Sts><BookgDt><Dt>2026-02-01</Dt></BookgDt><BkTxCd/>
   </Ntry>
   <Ntry>
    <NtryRef>1</NtryRef><Amt Ccy="EUR">6.90000</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-01-31</Dt></BookgDt><AcctSvcrRef>NONREF</AcctSvcrRef>
    <BkTxCd><Domn><Cd>ACMT</Cd><Fmly><Cd>MDOP</Cd><SubFmlyCd>CHRG</SubFmlyCd></Fmly></Domn></BkTxCd>
   </Ntry>
  </Stmt>
 </BkToCstmrStmt>
</Document>
`;

/** A Swiss bank's, version 8 with a prefix: a batch of QR payments, structured references, a foreign amount. */
export const swissV8 = `<?xml version="1.0" encoding="UTF-8"?>
<ns2:Document xmlns:ns2="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">
<ns2:BkToCstmrStmt><ns2:GrpHdr><ns2:MsgId>M1</ns2:MsgId><ns2:CreDtTm>2026-01-31T20:10:00</ns2:CreDtTm></ns2:GrpHdr>
<ns2:Stmt><ns2:Id>S-77</ns2:Id><ns2:StmtPgntn><ns2:PgNb>1</ns2:PgNb><ns2:LastPgInd>true</ns2:LastPgInd></ns2:StmtPgntn><ns2:CreDtTm>2026-01-31T20:10:00</ns2:CreDtTm>
<ns2:Acct><ns2:Id><ns2:IBAN>CH9300762011623852957</ns2:IBAN></ns2:Id><ns2:Ccy>CHF</ns2:Ccy><ns2:Nm>Kontokorrent</ns2:Nm></ns2:Acct>
<ns2:Bal><ns2:Tp><ns2:CdOrPrtry><ns2:Cd>OPBD</ns2:Cd></ns2:CdOrPrtry></ns2:Tp><ns2:Amt Ccy="CHF">10.00</ns2:Amt><ns2:CdtDbtInd>DBIT</ns2:CdtDbtInd><ns2:Dt><ns2:Dt>2026-01-30</ns2:Dt></ns2:Dt></ns2:Bal>
<ns2:Bal><ns2:Tp><ns2:CdOrPrtry><ns2:Cd>CLBD</ns2:Cd></ns2:CdOrPrtry></ns2:Tp><ns2:Amt Ccy="CHF">390.00</ns2:Amt><ns2:CdtDbtInd>CRDT</ns2:CdtDbtInd><ns2:Dt><ns2:Dt>2026-01-30</ns2:Dt></ns2:Dt></ns2:Bal>
<ns2:Ntry><ns2:NtryRef>010001628</ns2:NtryRef><ns2:Amt Ccy="CHF">300.00</ns2:Amt><ns2:CdtDbtInd>CRDT</ns2:CdtDbtInd><ns2:RvslInd>false</ns2:RvslInd><ns2:Sts><ns2:Cd>BOOK</ns2:Cd></ns2:Sts><ns2:BookgDt><ns2:Dt>2026-01-30</ns2:Dt></ns2:BookgDt><ns2:AcctSvcrRef>E1</ns2:AcctSvcrRef>
<ns2:BkTxCd><ns2:Domn><ns2:Cd>PMNT</ns2:Cd><ns2:Fmly><ns2:Cd>RCDT</ns2:Cd><ns2:SubFmlyCd>VCOM</ns2:SubFmlyCd></ns2:Fmly></ns2:Domn></ns2:BkTxCd>
<ns2:NtryDtls><ns2:Btch><ns2:NbOfTxs>2</ns2:NbOfTxs></ns2:Btch>
<ns2:TxDtls><ns2:Refs><ns2:AcctSvcrRef>T1</ns2:AcctSvcrRef></ns2:Refs><ns2:Amt Ccy="CHF">100.00</ns2:Amt><ns2:CdtDbtInd>CRDT</ns2:CdtDbtInd><ns2:RltdPties><ns2:Dbtr><ns2:Pty><ns2:Nm>Zoë Meier</ns2:Nm></ns2:Pty></ns2:Dbtr></ns2:RltdPties><ns2:RmtInf><ns2:Strd><ns2:CdtrRefInf><ns2:Tp><ns2:CdOrPrtry><ns2:Prtry>QRR</ns2:Prtry></ns2:CdOrPrtry></ns2:Tp><ns2:Ref>210000000003139471430009017</ns2:Ref></ns2:CdtrRefInf></ns2:Strd></ns2:RmtInf></ns2:TxDtls>
<ns2:TxDtls><ns2:Refs><ns2:AcctSvcrRef>E1</ns2:AcctSvcrRef></ns2:Refs><ns2:Amt Ccy="CHF">200.00</ns2:Amt><ns2:RltdPties><ns2:UltmtDbtr><ns2:Pty><ns2:Nm>Larkspur AG</ns2:Nm></ns2:Pty></ns2:UltmtDbtr></ns2:RltdPties><ns2:RmtInf><ns2:Strd><ns2:RfrdDocInf><ns2:Nb>INV-9</ns2:Nb></ns2:RfrdDocInf><ns2:AddtlRmtInf>Rechnung 9</ns2:AddtlRmtInf></ns2:Strd></ns2:RmtInf></ns2:TxDtls>
</ns2:NtryDtls></ns2:Ntry>
<ns2:Ntry><ns2:Amt Ccy="CHF">100.00</ns2:Amt><ns2:CdtDbtInd>CRDT</ns2:CdtDbtInd><ns2:Sts><ns2:Cd>BOOK</ns2:Cd></ns2:Sts><ns2:ValDt><ns2:Dt>2026-01-30</ns2:Dt></ns2:ValDt><ns2:AcctSvcrRef>E2</ns2:AcctSvcrRef><ns2:BkTxCd><ns2:Prtry><ns2:Cd>Z05</ns2:Cd></ns2:Prtry></ns2:BkTxCd>
<ns2:NtryDtls><ns2:TxDtls><ns2:Amt Ccy="EUR">50.00</ns2:Amt></ns2:TxDtls><ns2:TxDtls><ns2:Amt Ccy="EUR">55.00</ns2:Amt></ns2:TxDtls></ns2:NtryDtls><ns2:AddtlNtryInf><![CDATA[Gutschriften <EUR>]]></ns2:AddtlNtryInf></ns2:Ntry>
</ns2:Stmt></ns2:BkToCstmrStmt></ns2:Document>`;

/** Two pages of one statement and a second account without movements, version 13, in an envelope. */
export const pagesV13 = `<Envelope><AppHdr><MsgDefIdr>camt.053.001.13</MsgDefIdr></AppHdr>
<c:Document xmlns:c="urn:iso:std:iso:20022:tech:xsd:camt.053.001.13"><c:BkToCstmrStmt>
<c:Stmt><c:Id>A</c:Id><c:StmtPgntn><c:PgNb>1</c:PgNb><c:LastPgInd>false</c:LastPgInd></c:StmtPgntn><c:ElctrncSeqNb>12</c:ElctrncSeqNb><c:Acct><c:Id><c:Othr><c:Id>4711</c:Id></c:Othr></c:Id><c:Ccy>JPY</c:Ccy></c:Acct>
<c:Bal><c:Tp><c:CdOrPrtry><c:Cd>OPBD</c:Cd></c:CdOrPrtry></c:Tp><c:Amt Ccy="JPY">1000</c:Amt><c:CdtDbtInd>CRDT</c:CdtDbtInd><c:Dt><c:Dt>2026-01-01</c:Dt></c:Dt></c:Bal>
<c:Bal><c:Tp><c:CdOrPrtry><c:Cd>ITBD</c:Cd></c:CdOrPrtry></c:Tp><c:Amt Ccy="JPY">1500</c:Amt><c:CdtDbtInd>CRDT</c:CdtDbtInd><c:Dt><c:Dt>2026-01-02</c:Dt></c:Dt></c:Bal>
<c:Ntry><c:Amt Ccy="JPY">500.00</c:Amt><c:CdtDbtInd>CRDT</c:CdtDbtInd><c:Sts><c:Cd>BOOK</c:Cd></c:Sts><c:BookgDt><c:Dt>2026-01-02Z</c:Dt></c:BookgDt></c:Ntry></c:Stmt>
<c:Stmt><c:Id>A</c:Id><c:StmtPgntn><c:PgNb>2</c:PgNb><c:LastPgInd>true</c:LastPgInd></c:StmtPgntn><c:ElctrncSeqNb>12</c:ElctrncSeqNb><c:Acct><c:Id><c:Othr><c:Id>4711</c:Id></c:Othr></c:Id><c:Ccy>JPY</c:Ccy></c:Acct>
<c:Bal><c:Tp><c:CdOrPrtry><c:Cd>ITBD</c:Cd></c:CdOrPrtry></c:Tp><c:Amt Ccy="JPY">1500</c:Amt><c:CdtDbtInd>CRDT</c:CdtDbtInd><c:Dt><c:Dt>2026-01-02</c:Dt></c:Dt></c:Bal>
<c:Bal><c:Tp><c:CdOrPrtry><c:Cd>CLBD</c:Cd></c:CdOrPrtry></c:Tp><c:Amt Ccy="JPY">1400</c:Amt><c:CdtDbtInd>CRDT</c:CdtDbtInd><c:Dt><c:Dt>2026-01-03</c:Dt></c:Dt></c:Bal>
<c:Ntry><c:Amt Ccy="JPY">100</c:Amt><c:CdtDbtInd>DBIT</c:CdtDbtInd><c:Sts><c:Cd>BOOK</c:Cd></c:Sts><c:BookgDt><c:Dt>2026-01-03</c:Dt></c:BookgDt></c:Ntry></c:Stmt>
<c:Stmt><c:Id>B</c:Id><c:Acct><c:Id><c:IBAN>GB29NWBK60161331926819</c:IBAN></c:Id></c:Acct>
<c:Bal><c:Tp><c:CdOrPrtry><c:Cd>CLBD</c:Cd></c:CdOrPrtry></c:Tp><c:Amt Ccy="GBP">0.00</c:Amt><c:CdtDbtInd>CRDT</c:CdtDbtInd><c:Dt><c:DtTm>2026-01-03T18:00:00Z</c:DtTm></c:Dt></c:Bal></c:Stmt>
</c:BkToCstmrStmt></c:Document></Envelope>`;
