import type { CurrencyCode } from "../../../../server/src/core/currencies.ts";
import { formatDecimal } from "../../../../server/src/core/money.ts";
import { f1Of, type Measures, precisionOf, type Tally } from "./measure.ts";

/** The measures as text: head figures, by situation, and how far the score can be believed. */
export function qualityTables(title: string, measures: Measures): string {
  return [`## ${title}`, headTable(measures), situationTable(measures), bandTable(measures)].join(
    "\n\n",
  );
}

function headTable(measures: Measures): string {
  const rows = [
    ["Invoices and expenses", measures.invoices] as const,
    ["Demands", measures.demands] as const,
    ["All but what the demand table's points leave", measures.withinTable] as const,
    ["All", measures.all] as const,
  ].map(([name, tally]) => [
    name,
    tally.belonging,
    tally.automatic,
    share(tally.right, tally.automatic),
    share(tally.right, tally.decidable),
    share(tally.right, tally.belonging),
    f1Of(tally).toFixed(4),
    share(tally.first, tally.belonging),
    share(tally.firstThree, tally.belonging),
    share(tally.decidableFirstThree, tally.decidable),
    share(tally.leftFirstThree, tally.left),
  ]);
  const { oneToMany, transfers } = measures;
  return [
    table(
      [
        ...["", "Belonging", "Automatic", "Precision", "Recall (decidable)", "Recall (all)", "F1"],
        ...["Right first", "In first 3", "In first 3 (decidable)"],
        "Of those left: in first 3",
      ],
      rows,
    ),
    `Wrongly cleared: ${moneyOf(measures.wrongMinor)}. One payment for several: ${share(oneToMany.right, oneToMany.automatic)} of ` +
      `${oneToMany.automatic} right. Transfers: ${share(transfers.right, transfers.found)} of ${transfers.found} right, ` +
      `${share(transfers.right, transfers.decidable)} found. Groups left to a person for their size: ${measures.boundedGroups}.`,
    suggestedText(measures),
  ].join("\n\n");
}

/** As if a person confirmed the first suggestion of each line that is left. */
function suggestedText({ suggested, all }: Measures): string {
  const { lines, right, wrongMinor } = suggested;
  const belonging = all.belongingLeft;
  const f1 = (2 * right) / Math.max(1, lines + belonging);
  return (
    `Suggested first, of the lines left: precision ${share(right, lines)} of ${lines}, recall ` +
    `${share(right, belonging)} of the ${belonging} that belong, F1 ${f1.toFixed(4)}; all confirmed unseen would clear ` +
    `${moneyOf(wrongMinor)} wrongly.`
  );
}

function situationTable(measures: Measures): string {
  const rows = [...measures.bySituation]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([situation, tally]) => [
      situation,
      tally.belonging,
      tally.decidable,
      tally.automatic,
      tally.right,
      tally.automatic - tally.right,
      share(tally.right, tally.decidable),
      share(tally.exactly, tally.right),
      share(tally.firstThree, tally.belonging),
    ]);
  return table(
    [
      ...["Situation", "Belonging", "Decidable", "Automatic", "Right", "Wrong", "Recall"],
      ...["Amounts exactly so", "In first 3"],
    ],
    rows,
  );
}

function bandTable(measures: Measures): string {
  return table(
    [
      ...["Score", "Automatic", "Right", "Left: first suggestion", "Right"],
      ...["Nothing automatic: first suggestion", "Right"],
    ],
    measures.bands.map((band) => [
      `${band.from} to ${band.from + 9}`,
      ...[band.automatic, share(band.automaticRight, band.automatic)],
      ...[band.left, share(band.leftRight, band.left)],
      ...[band.suggested, share(band.right, band.suggested)],
    ]),
  );
}

/** The figures that targets are held against, on one line. */
export function headline(measures: Measures): string {
  const { all, oneToMany } = measures;
  return (
    `precision ${precisionOf(all).toFixed(4)}, recall ${share(all.right, all.decidable)} (of all ` +
    `${share(all.right, all.belonging)}), first 3 ${share(all.firstThree, all.belonging)}, ` +
    `1:n ${share(oneToMany.right, oneToMany.automatic)}`
  );
}

export function recallOf(tally: Tally): number {
  return tally.right / Math.max(1, tally.decidable);
}

function share(part: number, whole: number): string {
  return whole === 0 ? "–" : (part / whole).toFixed(4);
}

function moneyOf(sums: ReadonlyMap<string, bigint>): string {
  return [...sums].map(([currency, minor]) => moneyText(currency, minor)).join(", ") || "nothing";
}

function moneyText(currency: string, amountMinor: bigint): string {
  return `${formatDecimal({ amountMinor, currency: currency as CurrencyCode })} ${currency}`;
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const lines = [head, head.map(() => "---"), ...rows.map((row) => row.map(String))];
  return lines.map((line) => `| ${line.join(" | ")} |`).join("\n");
}
