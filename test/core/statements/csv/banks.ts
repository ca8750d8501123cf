/** Exports in the shapes of real banks, with invented accounts, names and amounts. */
export const bankFiles = {
  german: `"Kontonummer:";"DE89 3704 0044 0532 0130 00"
"Zeitraum:";"01.01.2026 - 31.01.2026"
"Kontostand vom 31.01.2026:";"1.234,56 EUR"

"Buchungstag";"Wertstellung";"Buchungstext";"Auftraggeber / Begünstigter";"Verwendungszweck";"Betrag (EUR)";
"03.01.2026";"04.01.2026";"Gutschrift";"Muster GmbH";"Rechnung 12; Januar";"1.250,00";
"04.01.2026";"04.01.2026";"Lastschrift";"Stadtwerke";"Abschlag";"-89,90";
`,
  british: `Date,Description,Money Out,Money In,Balance
03/04/2026,Coffee,"3.50",,"1,096.50"
05/04/2026,Salary,,"2,000.00","3,096.50"
`,
  american: `Details,Posting Date,Description,Amount,Type,Balance,Check or Slip #
DEBIT,01/13/2026,"ACH PMT, X",-12.00,ACH_DEBIT,988.00,,
CREDIT,01/12/2026,DEPOSIT,1000.00,ACH_CREDIT,1000.00,,
`,
  american_summary: `Description,,Summary Amt.
Beginning balance as of 01/15/2026,,"1,000.00"
Total credits,,"200.00"

Date,Description,Amount,Running Bal.
01/15/2026,Beginning balance as of 01/15/2026,,"1,000.00"
01/22/2026,"Deposit","200.00","1,200.00"
`,
  dutch: `"Datum","Naam / Omschrijving","Rekening","Tegenrekening","Code","Af Bij","Bedrag (EUR)","Mutatiesoort","Mededelingen"
"20260105","Albert","NL1","","BA","Af","12,34","Betaalautomaat","Pas 1"
"20260106","Werkgever","NL1","","OV","Bij","2000,00","Overschrijving","Salaris"
`,
  french: `Compte courant;Dupont
Date;Libellé;Débit euros;Crédit euros
05/01/2026;CARTE;12,30;
13/01/2026;VIR;;1\u202f200,00
Solde au 31/01/2026;;;1 187,70
`,
  spanish: `Fecha;Concepto;Importe;Saldo
05/01/2026;Compra;-1.234;5.000
06/01/2026;Compra;-2.000;3.000
`,
  italian: `Data contabile;Data valuta;Descrizione;Dare;Avere
15/01/2026;16/01/2026;Bonifico;;100,00
16/01/2026;16/01/2026;Spesa;-5,00;
`,
  neobank: `Type,Product,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance
CARD_PAYMENT,Current,2026-01-05 10:00:00,2026-01-06 09:00:00,Foo,-5.00,0.00,EUR,COMPLETED,95.00
`,
  headless: "20260105\tNL1\tSupermarket Foo\t-12,34\n20260113\tNL1\tBar\t5,00\n",
} as const;
