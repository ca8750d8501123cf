export interface DateRange {
  label: string;
  from: string;
  to: string;
}

/** The ranges that people ask for most, as of today in their own calendar. */
export function dateRanges(today: Date): DateRange[] {
  const year = today.getFullYear();
  const month = today.getMonth();
  const day = today.getDate();
  const quarter = month - (month % 3);
  return [
    { label: "Last 7 days", from: iso(year, month, day - 6), to: iso(year, month, day) },
    { label: "Last 30 days", from: iso(year, month, day - 29), to: iso(year, month, day) },
    { label: "This month", from: iso(year, month, 1), to: iso(year, month + 1, 0) },
    { label: "Last month", from: iso(year, month - 1, 1), to: iso(year, month, 0) },
    { label: "This quarter", from: iso(year, quarter, 1), to: iso(year, quarter + 3, 0) },
    { label: "Last quarter", from: iso(year, quarter - 3, 1), to: iso(year, quarter, 0) },
    { label: "This year", from: iso(year, 0, 1), to: iso(year, 11, 31) },
  ];
}

/** Days beyond a month's end and months beyond a year's roll over, as Date does it. */
function iso(year: number, month: number, day: number): string {
  return new Date(Date.UTC(year, month, day)).toISOString().slice(0, 10);
}
