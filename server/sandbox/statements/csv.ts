import { toDecimal } from "../world/money.ts";
import { accountNumber, type Statement, wording } from "./statement.ts";

/** British and American banks: commas, ISO days, a balance on each row, newest first. */
export function asCsv({ rows, openingMinor, account }: Statement): string {
  const { currency } = account;
  let balanceMinor = openingMinor;
  const lines = rows.map((row) => {
    balanceMinor += row.amountMinor;
    const cells = [row.bookedOn, wording(row), row.reference ?? ""];
    const amounts = [row.amountMinor, balanceMinor].map((minor) => toDecimal(minor, currency));
    return [...cells.map(quoted), ...amounts].join(",");
  });
  return `${["Date,Description,Reference,Amount,Balance", ...lines.reverse()].join("\r\n")}\r\n`;
}

/**
 * Banks of the continent: a preamble, semicolons, days as dd.mm.yyyy, decimal commas, umlauts in Windows-1252.
 * @returns the file's bytes
 */
export function asGermanCsv({ rows, account, from, to }: Statement): Uint8Array {
  const preamble = [
    `Kontoauszug;${account.name};;;`,
    `IBAN;${accountNumber(account)};;;`,
    `Zeitraum;${german(from)} bis ${german(to)};;;`,
    ";;;;",
    "Buchungstag;Empfänger/Auftraggeber;Verwendungszweck;Betrag;Währung",
  ];
  const lines = rows.map((row) =>
    [
      german(row.bookedOn),
      row.counterpartyName ?? "",
      [wording(row), row.reference ?? ""].join(" ").trim(),
      grouped(toDecimal(row.amountMinor, row.currency)),
      row.currency,
    ]
      .map((cell) => (/[;"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
      .join(";"),
  );
  return Buffer.from(`${[...preamble, ...lines].join("\r\n")}\r\n`, "latin1");
}

function quoted(cell: string): string {
  return /[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function german(day: string): string {
  return day.split("-").reverse().join(".");
}

function grouped(decimal: string): string {
  const [whole = "", fraction = ""] = decimal.split(".");
  return `${whole.replace(/\B(?=(?:\d{3})+$)/g, ".")},${fraction}`;
}
