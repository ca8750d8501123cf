import { addDays, businessDay, monthly } from "./calendar.ts";
import type { StoryFileLine } from "./file-account.ts";
import type { Random } from "./random.ts";

/** What no document explains: the bank's charges, and amounts that come and go to prove a card. */
export function workshopRoutine(from: string, today: string, random: Random): StoryFileLine[] {
  const charges = monthly(from, today, 28).flatMap((date): StoryFileLine[] => [
    charge(businessDay(date), -9_00n, "ACCOUNT FEE"),
    charge(businessDay(addDays(date, 1)), BigInt(-random.int(14_20, 38_75)), "CARD TERMINAL FEE"),
  ]);
  const proofs = monthly(from, today, 9).flatMap((date): StoryFileLine[] => {
    const day = businessDay(date);
    const minor = BigInt(random.int(2, 97));
    return [charge(day, minor, "CARD VERIFICATION"), charge(day, -minor, "CARD VERIFICATION")];
  });
  const spent = monthly(from, today, 19).map((date) =>
    charge(businessDay(date), BigInt(-random.int(38_00, 190_00)), "CARD TINSMITH HARDWARE LEEDS"),
  );
  return [...charges, ...proofs, ...spent];
}

/** A line that names nobody. */
export function charge(bookedOn: string, amountMinor: bigint, description: string): StoryFileLine {
  return { bookedOn, amountMinor, description, counterparty: "", reference: "" };
}
