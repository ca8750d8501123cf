import { addDays } from "../../../prisma/story/calendar.ts";
import type { BankRow } from "./row.ts";

/** A block of generated rows, kept as its recipe: 100,000 of them take no more room than ten. */
export interface Bulk {
  path: string;
  currency: string;
  count: number;
  /** The rows are spread over this many days, the last on `lastDay`, oldest first. */
  days: number;
  lastDay: string;
  salt: number;
}

/** The row at `position` of the block; the same recipe always gives the same row. */
export function bulkRow(bulk: Bulk, position: number, index: number): BankRow {
  const amountMinor = bulkAmount(bulk, position);
  const noise = mix(position ^ bulk.salt);
  const name = names[noise % names.length] as string;
  const reference = `B${bulk.salt % 1000}-${position + 1}`;
  return {
    index,
    path: bulk.path,
    bookedOn: bulkDate(bulk, position),
    amountMinor,
    currency: bulk.currency,
    description: `${amountMinor > 0n ? "CREDIT" : "PAYMENT"} ${name.toUpperCase()} ${reference}`,
    counterpartyName: name,
    reference,
    category: amountMinor > 0n ? "sales" : "materials",
    channel: "online",
    pending: false,
    replaces: null,
    settles: [],
    removed: false,
  };
}

function bulkDate(bulk: Bulk, position: number): string {
  const daysBack = Math.floor(((bulk.count - 1 - position) * bulk.days) / bulk.count);
  // Hundreds of thousands of rows fall on a few hundred days.
  const dates = datesOf.get(bulk) ?? [];
  datesOf.set(bulk, dates);
  const date = dates[daysBack] ?? addDays(bulk.lastDay, -daysBack);
  dates[daysBack] = date;
  return date;
}

const datesOf = new WeakMap<Bulk, string[]>();

export function bulkAmount(bulk: Bulk, position: number): bigint {
  const noise = mix(mix(position) ^ bulk.salt);
  const minor = 100 + (noise % 249_900);
  return BigInt((noise & 0x40000000) === 0 ? minor : -minor);
}

/** A bijection of 32 bits (the finaliser of MurmurHash3), so that neighbours look unrelated. */
export function mix(value: number): number {
  let v = value | 0;
  v = Math.imul(v ^ (v >>> 16), 0x85ebca6b);
  v = Math.imul(v ^ (v >>> 13), 0xc2b2ae35);
  return (v ^ (v >>> 16)) >>> 0;
}

const names = [
  "Amberley Trading",
  "Birchgate Supplies",
  "Coldharbour Goods",
  "Dovecote Wholesale",
  "Eastmere Logistics",
  "Fairlight Components",
  "Gorse Hill Partners",
  "Hatherley Services",
];
