import type { Random } from "../../../prisma/story/random.ts";
import { bankLine, cardSpend } from "../../../prisma/story/routine.ts";
import { draftFromLine, type RowDraft } from "./row.ts";
import { arrivalKey, type World, type WorldAccount } from "./world.ts";

/**
 * The next thing that happens on these accounts: a pending row is booked, somebody pays an item that is
 * still open, or a day like any other. Undefined only when there is no account.
 */
export function nextArrival(
  world: World,
  paths: string[],
  random: Random,
  date: string,
): RowDraft | undefined {
  const accounts = paths.map((path) => world.account(path));
  if (accounts.length === 0) return undefined;
  const choice = random.next();
  const settled = choice < 0.25 ? settlePending(world, paths, random, date) : undefined;
  const paid = choice < 0.7 ? payOpenItem(world, paths, date) : undefined;
  return settled ?? paid ?? ordinaryRow(accounts, random, date);
}

/** Books the oldest pending row; a restaurant's often comes with a tip. */
export function settlePending(
  world: World,
  paths: string[],
  random: Random,
  date: string,
): RowDraft | undefined {
  const index = [...world.pending].find((i) => paths.includes(world.rows.get(i).path));
  if (index === undefined) return undefined;
  const { amountMinor, category } = world.rows.get(index);
  const tip = category === "meals" && random.chance(0.5) ? amountMinor / 10n : 0n;
  return bookedDraft(world, index, date, amountMinor + tip);
}

/** The row that replaces a pending one. */
export function bookedDraft(
  world: World,
  index: number,
  date: string,
  amountMinor: bigint,
): RowDraft {
  const row = world.rows.get(index);
  return {
    path: row.path,
    bookedOn: date > row.bookedOn ? date : row.bookedOn,
    amountMinor: String(amountMinor),
    currency: row.currency,
    description: row.description.replace(/^PENDING /, ""),
    ...(row.counterpartyName === null ? {} : { counterpartyName: row.counterpartyName }),
    ...(row.reference === null ? {} : { reference: row.reference }),
    category: row.category,
    channel: row.channel,
    replaces: index,
    settles: row.settles,
  };
}

/** The story's next payment on these accounts, then clean payments of whatever is left open. */
function payOpenItem(world: World, paths: string[], date: string): RowDraft | undefined {
  const planned = world.story?.upcomingLines.find(
    (line) =>
      paths.includes(`${line.institutionKey}/${line.accountKey}`) &&
      !world.arrived.has(arrivalKey(line.settles ?? [], line.amountMinor)),
  );
  if (planned !== undefined) return { ...draftFromLine(planned), bookedOn: date };
  const account = paths.map((path) => world.account(path)).find((a) => a.kind === "current");
  const item = world.unpaid().find((i) => i.currency === account?.currency);
  if (account === undefined || item === undefined) return undefined;
  return paymentDraft(account, item, date);
}

/** A clean payment of what is left of an item: number in the reference, name in full. */
export function paymentDraft(
  account: WorldAccount,
  item: ReturnType<World["unpaid"]>[number],
  date: string,
  amountMinor = item.leftMinor,
): RowDraft {
  const incoming = item.kind === "invoice";
  const words = [incoming ? "PAYMENT FROM" : "PAYMENT TO", item.counterpartyName, item.number];
  return {
    path: account.path,
    bookedOn: date,
    amountMinor: String(incoming ? amountMinor : -amountMinor),
    currency: account.currency,
    description: words.join(" ").toUpperCase(),
    counterpartyName: item.counterpartyName,
    reference: item.number,
    category: item.category,
    channel: "online",
    settles: [item.number],
  };
}

function ordinaryRow(accounts: WorldAccount[], random: Random, date: string): RowDraft {
  const spending = accounts.filter((account) => account.kind !== "savings");
  const account = random.pick(spending.length > 0 ? spending : accounts);
  const path = account.path as `${string}/${string}`;
  const line =
    account.kind === "savings"
      ? bankLine(path, date, random.int(5, 240), "INTEREST PAID", "interest")
      : cardSpend(path, date, random);
  const pending =
    account.kind === "credit_card" || (account.kind === "current" && random.chance(0.4));
  return {
    ...draftFromLine({ ...line, currency: account.currency }),
    ...(pending ? { pending: true } : {}),
  };
}
