/** One line of a bank's statement that comes as a file. */
export interface StoryFileLine {
  bookedOn: string;
  /** Money in is positive, money out negative. */
  amountMinor: bigint;
  /** The bank's own text. */
  description: string;
  /** The other side as the bank names it; "" where it does not. */
  counterparty: string;
  reference: string;
}

/** An account of the demo company that no bank feeds: its statement comes as a file and is imported. */
export interface StoryFileAccount {
  institutionName: string;
  name: string;
  kind: "current" | "savings";
  currency: "GBP" | "EUR";
  mask: string;
  /** The account of the chart that it is booked on. */
  ledgerNumber: string;
  /** The balance before the first line. */
  openingMinor: bigint;
  /** Oldest first. */
  lines: StoryFileLine[];
}

/** The account's statement as its bank prints it: the newest line first, with the balance after each. */
export function printStatement({ lines, openingMinor }: StoryFileAccount): string {
  let balanceMinor = openingMinor;
  const rows = lines.map(({ bookedOn, amountMinor, description, counterparty, reference }) => {
    balanceMinor += amountMinor;
    const amounts = [decimal(amountMinor), decimal(balanceMinor)];
    return [bookedOn, description, counterparty, reference, ...amounts].join();
  });
  const header = "Date,Description,Counterparty,Reference,Amount,Balance";
  return `${[header, ...rows.reverse()].join("\r\n")}\r\n`;
}

/** Oldest first; lines of one day as they were told. */
export function byDay(lines: readonly StoryFileLine[], today: string): StoryFileLine[] {
  return lines
    .filter(({ bookedOn }) => bookedOn <= today)
    .sort((a, b) => (a.bookedOn < b.bookedOn ? -1 : a.bookedOn > b.bookedOn ? 1 : 0));
}

/** Minor units of a currency with two decimals, as a file has them: -1250n is "-12.50". */
export function decimal(minor: bigint): string {
  const digits = String(minor < 0n ? -minor : minor).padStart(3, "0");
  return `${minor < 0n ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
