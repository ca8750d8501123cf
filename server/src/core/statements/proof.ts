import type { CurrencyCode } from "../currencies.ts";
import type { LocalDate } from "../dates.ts";
import { lastFour, maskIdentifiers } from "../mask.ts";
import { amountMinorMax } from "../money.ts";
import type { BalanceCheck, StatementEvent, StatementFoot, StatementHead } from "./statement.ts";

/** What the lines of one statement come to. Sums in minor units, both as sizes: credits less debits is what they add. */
export interface StatementTotals {
  readonly lines: number;
  /** Held to what the database stores, `amountMinorMax`: only a hostile file comes to more. */
  readonly creditsMinor: bigint;
  readonly debitsMinor: bigint;
  /** The booking days of the lines; null for a statement without lines. */
  readonly firstOn: LocalDate | null;
  readonly lastOn: LocalDate | null;
}

export interface Proof {
  /** Takes the next event of a reader. Answers a statement's totals with its "end", and null with every other event. */
  observe(event: StatementEvent): StatementTotals | null;
}

/** A check that passed says so as well: this tells them apart. */
export function checkPasses(check: BalanceCheck): boolean {
  return check.stated === check.computed;
}

/** Accounts of one file whose latest statement is remembered; those beyond it are proved each statement by itself. */
export const provedAccountsMax = 10_000;

/**
 * Follows the events of any reader and tells what the balances of the file prove:
 *
 * - `balance` for each statement (or page) that states an opening and a closing balance: opening + lines = closing. A
 *   line that could not be read is missing from the sum, so the check fails, and rightly. Where the reader has told a
 *   `balance` check of the statement itself, no second one is told.
 * - `continuity` where the account, in the same currency, had another statement or page just before in the file: the
 *   later one's opening = the earlier one's closing. Which is the later is told by their closing days; where these are
 *   the same, the file's order counts, unless only the other order fits (a file printed newest first). A statement that
 *   misses the balance is passed over: nothing is proved through it.
 *
 * The rules are those of MT940 (60F or 60M + 61s = 62F or 62M, and a page's 62M is the next page's 60M: SWIFT User
 * Handbook, Category 9, MT 940 network validated rules and guidelines) and CAMT.053 (OPBD + Ntry = CLBD), which BAI2's
 * 010 and 015 and a CSV's balances follow too. A file whose statements are neither oldest nor newest first does not
 * prove: two that do not follow each other in time do not fit.
 *
 * Keeps one statement for each account; never throws.
 */
export function createProof(emit: (check: BalanceCheck) => void): Proof {
  const earlier = new Map<string, ProvedStatement>();
  let open: OpenStatement | null = null;

  function close(statement: OpenStatement, foot: StatementFoot): StatementTotals {
    const { head } = statement;
    const openingMinor = foot.openingMinor ?? head.openingMinor;
    const proved: ProvedStatement = { head, foot, openingMinor, row: foot.row ?? head.row };
    if (openingMinor !== null && foot.closingMinor !== null && !statement.proved) {
      emit({
        ...checkOf(proved, "balance"),
        stated: foot.closingMinor,
        computed: openingMinor + statement.creditsMinor - statement.debitsMinor,
      });
    }
    const account = accountKey(head);
    const before = account === null ? undefined : earlier.get(account);
    const continuity = before && continuityCheck(before, proved);
    if (continuity) emit(continuity);
    if (account !== null && (before || earlier.size < provedAccountsMax)) {
      earlier.set(account, proved);
    }
    return totalsOf(statement);
  }

  return {
    observe(event) {
      if (event.kind === "statement") {
        open = openStatement(event.head);
      } else if (event.kind === "line" && open) {
        addLine(open, event.line);
      } else if (event.kind === "check" && event.check.what === "balance" && open) {
        open.proved = true;
      } else if (event.kind === "end" && open) {
        const closed = open;
        open = null;
        return close(closed, event.foot);
      }
      return null;
    },
  };
}

/** The statement of the same account that was imported before. */
export interface PreviousStatement {
  readonly closingMinor: bigint | null;
  readonly closingOn: LocalDate | null;
  readonly currency: CurrencyCode | null;
}

/** What is known of a statement that follows it. */
export interface FollowingStatement {
  readonly row: number;
  /** In words, as `BalanceCheck.place`. */
  readonly place: string;
  readonly currency: CurrencyCode | null;
  readonly openingMinor: bigint | null;
  /** The first day that it covers, or that of its first line. */
  readonly firstOn: LocalDate | null;
  readonly closingOn: LocalDate | null;
}

/**
 * Checks a statement against the one that was imported before it: its opening (stated) = the closing of that one
 * (computed). Null where nothing can be told: a balance or the day is missing, the currencies differ, or the statement
 * begins before the other one closed, so that it is not the one after it. Where it begins on the very day, its place is
 * only told from a balance that fits.
 */
export function proveAgainst(
  previous: PreviousStatement,
  statement: FollowingStatement,
): BalanceCheck | null {
  const { closingMinor, closingOn } = previous;
  const { openingMinor, currency, row } = statement;
  const day = statement.firstOn ?? statement.closingOn;
  if (closingMinor === null || openingMinor === null || closingOn === null || day === null) {
    return null;
  }
  if (previous.currency !== currency || day < closingOn) return null;
  if (day === closingOn && closingMinor !== openingMinor) return null;
  const place = `${statement.place}, after ${closingOn}`;
  return {
    what: "continuity",
    row,
    place,
    unit: "money",
    currency,
    stated: openingMinor,
    computed: closingMinor,
  };
}

/** A statement in words: "statement 00123/002 of the account ending 6789". Never a whole account number. */
export function statementPlace(head: Pick<StatementHead, "account" | "number">): string {
  const digits = lastFour(head.account);
  const account = digits === null ? null : `account ending ${digits}`;
  if (head.number === null) return account ?? "statement";
  // By its parts: a number and its page are no longer number.
  const number = head.number.split("/").map(maskIdentifiers).join("/");
  const statement = `statement ${number}`;
  return account === null ? statement : `${statement} of the ${account}`;
}

interface OpenStatement {
  readonly head: StatementHead;
  lines: number;
  creditsMinor: bigint;
  debitsMinor: bigint;
  firstOn: LocalDate | null;
  lastOn: LocalDate | null;
  /** Whether the reader told a `balance` check of it. */
  proved: boolean;
}

interface ProvedStatement {
  readonly head: StatementHead;
  readonly foot: StatementFoot;
  readonly openingMinor: bigint | null;
  /** Where the closing balance stands, or the statement begins. */
  readonly row: number;
}

function openStatement(head: StatementHead): OpenStatement {
  return {
    head,
    lines: 0,
    creditsMinor: 0n,
    debitsMinor: 0n,
    firstOn: null,
    lastOn: null,
    proved: false,
  };
}

function addLine(
  statement: OpenStatement,
  { bookedOn, amountMinor }: { bookedOn: LocalDate; amountMinor: bigint },
): void {
  statement.lines += 1;
  if (amountMinor > 0n) statement.creditsMinor += amountMinor;
  else statement.debitsMinor -= amountMinor;
  if (statement.firstOn === null || bookedOn < statement.firstOn) statement.firstOn = bookedOn;
  if (statement.lastOn === null || bookedOn > statement.lastOn) statement.lastOn = bookedOn;
}

function totalsOf({ lines, creditsMinor, debitsMinor, firstOn, lastOn }: OpenStatement) {
  return {
    lines,
    creditsMinor: held(creditsMinor),
    debitsMinor: held(debitsMinor),
    firstOn,
    lastOn,
  };
}

function held(sumMinor: bigint): bigint {
  return sumMinor > amountMinorMax ? amountMinorMax : sumMinor;
}

/** An account is known within its file by what is printed for it, in one currency; one that is not named by nothing. */
function accountKey({ account, currency }: StatementHead): string | null {
  if (account === null) return null;
  return `${account.replace(/\s/g, "").toUpperCase()} ${currency ?? ""}`;
}

/** `a` stands before `b` in the file. */
function continuityCheck(a: ProvedStatement, b: ProvedStatement): BalanceCheck | null {
  const forwards = followingCheck(a, b);
  const backwards = followingCheck(b, a);
  const aOn = a.foot.closingOn;
  const bOn = b.foot.closingOn;
  if (aOn !== null && bOn !== null && aOn !== bOn) return aOn < bOn ? forwards : backwards;
  return backwards && checkPasses(backwards) ? backwards : forwards;
}

function followingCheck(before: ProvedStatement, after: ProvedStatement): BalanceCheck | null {
  if (before.foot.closingMinor === null || after.openingMinor === null) return null;
  return {
    ...checkOf(after, "continuity"),
    row: after.head.row,
    stated: after.openingMinor,
    computed: before.foot.closingMinor,
  };
}

function checkOf({ head, row }: ProvedStatement, what: "balance" | "continuity") {
  const place = statementPlace(head);
  return { what, row, place, unit: "money", currency: head.currency } as const;
}
