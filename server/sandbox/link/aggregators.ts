/** What a person sees of each aggregator on the hosted pages and the control page. */
const labels: Readonly<Record<string, string>> = {
  plaid: "Plaid",
  saltedge: "Salt Edge",
  tink: "Tink",
  ponto: "Ponto Connect",
};

/** The name for people of a wire. */
export function aggregatorLabel(wire: string): string {
  return labels[wire] ?? wire;
}
