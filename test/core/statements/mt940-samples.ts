/**
 * MT940 files in the shapes that banks of several countries print. People, companies and accounts are invented; IBANs
 * that appear are the examples of the national standards.
 */

/** Germany: subfields, SEPA's words within them, CR LF, rows of 65 characters that break within words. */
export const german = [
  ":20:STARTUMS",
  ":21:NONREF",
  ":25:10050000/12345678",
  ":28C:00123/001",
  ":60F:C251230EUR1000,00",
  ":61:2512310102CR1210,00N062NONREF//B5L31XY0000001",
  ":86:166?00SEPA-GUTSCHRIFT?109201?20EREF+RE-2025-0815/77?21KREF+NONR",
  "EF?22SVWZ+Rechnung 2025-0815 Anz?23ahlung Dachsanierung Nordhaus",
  "?30BELADEBEXXX?31DE02120300000000202051?32Hausverwaltung Grünewald",
  "?33und Partner mbH?34991",
  ":61:2601020102DR59,9N005KD-4711//B5L31XY0000002",
  "/OCMT/USD65,20/",
  ":86:105?00FOLGELASTSCHRIFT?20EREF+4711?21MREF+M-0001?22CRED+DE98ZZZ0999",
  "9999999?23SVWZ+Strom Januar?32Stadtwerke Musterstadt",
  ":61:260105RC10,00N062NONREF",
  ":86:159?00RETOURE?20Rueckgabe",
  ":61:260105DR1,50NCHGNONREF",
  ":86:808?00ENTGELT",
  ":62F:C260105EUR2138,60",
  ":64:C260105EUR2100,00",
  ":86:Kontostand gebucht",
  "-",
  "",
].join("\r\n");

/** The Netherlands: SWIFT's blocks, words between slashes, an account with its currency, two statements. */
export const dutch = [
  "{1:F01INGBNL2AXXXX0000000000}{2:I940INGBNL2AXXXN}{3:{108:B12345678S000001}}{4:",
  ":20:P260120000000001",
  ":25:NL20INGB0001234567EUR",
  ":28C:00000",
  ":60F:C260119EUR662,23",
  ":61:2601200120C1,56NTRFEREF//00000000001005",
  "/TRCD/00100/",
  ":86:/EREF/EV12341REP1231456T1234//CNTP/NL32INGB0000012345/INGBNL2",
  "A/BOUWBEDRIJF DE VRIES/AMSTERDAM///REMI/USTD//EV10001REP1000000T1000/",
  ":61:2601200120D2,44NTRFNONREF//00000000001006",
  ":86:/TRTP/SEPA OVERBOEKING/IBAN/NL02ABNA0123456789/BIC/ABNANL2A/NAME/J",
  "ANSEN ADVIES/REMI/FACTUUR 2026/0044/EREF/NOTPROVIDED",
  ":61:2601200120D3,NMSCNONREF",
  ":86:/ORDP//NAME/VERENIGING VAN EIGENAARS/REMI/STRD/CUR/9001123412341234/",
  ":62F:C260120EUR658,35",
  ":64:C260120EUR658,35",
  ":86:/SUM/2/1/5,44/1,56/",
  "-}{5:{CHK:0123456789AB}}{1:F01INGBNL2AXXXX0000000000}{2:I940INGBNL2AXXXN}{4:",
  ":20:P260121000000001",
  ":25:NL20INGB0001234567EUR",
  ":28C:00000",
  ":60F:C260120EUR658,35",
  ":62F:C260121EUR658,35-}",
  "",
].join("\n");

/** The Netherlands, older: a header of its own, no letter at 28, free text, LF, no end. */
export const dutchFreeText = [
  "ABNANL2A",
  "940",
  "ABNANL2A",
  ":20:ABN AMRO BANK NV",
  ":25:517852257",
  ":28:19321/1",
  ":60F:D110522EUR3236,28",
  ":61:1105240524D9,N192NONREF",
  ":86:GIRO   428428 WOONSTAD ROTTERDAM  BETALINGSKENM.  000000042188659",
  "5314606715                       BETREFT FACTUUR D.D. 20-05-2011",
  "INCL. 1,44 BTW",
  ":61:1105210523C11,59N426NONREF",
  ":62F:D110524EUR3233,69",
].join("\n");

/** Poland: subfields with another sign, each in its row, a code on a row of its own, CR. */
export const polish = [
  ":20:MT940",
  ":25:/PL61109010140000071219812874",
  ":NS:01Rachunek wspolnoty",
  ":28C:00001",
  ":60F:C260131PLN0,00",
  ":61:2602020202C1234,5S020NONREF",
  ":86:020",
  "~00PRZELEW PRZYCHODZACY",
  "~20Faktura 12/2026 za luty i m",
  "~21arzec",
  "~3010901014",
  "~32Wspolnota Mieszkaniowa Lipo",
  "~33wa 5",
  ":62F:C260202PLN1234,50",
  "-",
].join("\r");

/** Sweden: a page that is continued, the currency's third letter after the mark, free text, supplementary details. */
export const swedishPages = [
  ":20:SEB20260228",
  ":25:ESSESESS/SE4550000000058398257466",
  ":28C:9/1",
  ":60F:C260227SEK1000,",
  ":61:2602280228CK500,25NTRF1234567890//OCR",
  "BGC 991-2346",
  ":62M:C260228SEK1500,25",
  "-",
  ":20:SEB20260228",
  ":25:ESSESESS/SE4550000000058398257466",
  ":28C:9/2",
  ":60M:C260228SEK1500,25",
  ":61:2602280301DK0,25NCHG",
  ":86:Avgift",
  ":62F:C260301SEK1500,",
  "-",
  "",
].join("\n");

export const mt940Samples = { german, dutch, dutchFreeText, polish, swedishPages };
