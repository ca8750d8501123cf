import type { StoryBankLine } from "../../../prisma/story/types.ts";

/** One line as the simulated bank keeps it. Wire formats translate it; none of them is in here. */
export interface BankRow {
  /** Counts over all accounts in the order in which the bank learned of the lines. */
  index: number;
  /** Institution and account: "aldermoor/current". */
  path: string;
  bookedOn: string;
  /** Money in is positive. */
  amountMinor: bigint;
  currency: string;
  description: string;
  counterpartyName: string | null;
  reference: string | null;
  category: string;
  channel: "online" | "card" | "other";
  pending: boolean;
  /** The pending row that this one settles. */
  replaces: number | null;
  /** Numbers of the demo's open items that it pays. */
  settles: string[];
  removed: boolean;
}

/** What has to be known to post a row, as kept in the journal: amounts as decimal strings of minor units. */
export interface RowDraft {
  path: string;
  bookedOn: string;
  amountMinor: string;
  currency: string;
  description: string;
  counterpartyName?: string;
  reference?: string;
  category: string;
  channel: "online" | "card" | "other";
  pending?: boolean;
  replaces?: number;
  settles?: string[];
}

export function rowFromDraft(index: number, draft: RowDraft): BankRow {
  return {
    index,
    path: draft.path,
    bookedOn: draft.bookedOn,
    amountMinor: BigInt(draft.amountMinor),
    currency: draft.currency,
    description: draft.description,
    counterpartyName: draft.counterpartyName ?? null,
    reference: draft.reference ?? null,
    category: draft.category,
    channel: draft.channel,
    pending: draft.pending ?? false,
    replaces: draft.replaces ?? null,
    settles: draft.settles ?? [],
    removed: false,
  };
}

export function draftFromLine(line: StoryBankLine): RowDraft {
  return {
    path: `${line.institutionKey}/${line.accountKey}`,
    bookedOn: line.bookedOn,
    amountMinor: String(line.amountMinor),
    currency: line.currency,
    description: line.description,
    ...(line.counterpartyName === undefined ? {} : { counterpartyName: line.counterpartyName }),
    ...(line.reference === undefined ? {} : { reference: line.reference }),
    category: line.category,
    channel: line.channel,
    ...(line.pending ? { pending: true } : {}),
    ...(line.settles === undefined ? {} : { settles: line.settles }),
  };
}
