interface Named {
  name: string;
  /** The last digits of its number. */
  mask: string | null;
}

/** A bank account as a person tells it from others: "Current account ••0042". */
export function accountWords({ name, mask }: Named): string {
  return mask ? `${name} ••${mask}` : name;
}

/** The same where accounts of several banks are chosen from: "Current account ••0042 – Harbour Bank". */
export function accountLabel(account: Named & { institutionName: string }): string {
  return `${accountWords(account)} – ${account.institutionName}`;
}
