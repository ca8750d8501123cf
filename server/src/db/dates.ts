import { type LocalDate, localDate } from "../core/dates.ts";

/** Prisma reads a `date` column as midnight UTC. */
export function fromDateColumn(value: Date): LocalDate {
  return localDate(value.toISOString().slice(0, 10));
}

/** What Prisma writes into a `date` column. */
export function toDateColumn(date: LocalDate): Date {
  return new Date(`${date}T00:00:00Z`);
}
