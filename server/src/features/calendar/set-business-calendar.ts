import type { App } from "../../app.ts";
import { type LocalDate, localDate } from "../../core/dates.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import { reviewStatementsIn } from "../accounts/review-statements.ts";
import { recordAudit } from "../audit/record.ts";
import { InvalidInput } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import type { CalendarDays, Holiday } from "./read-calendar.ts";

/** Ten years of a country with many holidays. */
const holidaysMax = 500;
const nameCharactersMax = 100;
const earliest = localDate("2000-01-01");
const latest = localDate("2100-12-31");

/**
 * Sets the days without business: weekends and the whole list of holidays. Due days follow at once.
 * @throws Forbidden, InvalidInput
 */
export async function setBusinessCalendar(
  app: App,
  viewer: Viewer,
  input: CalendarDays,
): Promise<CalendarDays> {
  authorise(viewer, "ledger_accounts:manage");
  const weekendDays = readWeekendDays(input.weekendDays);
  const holidays = readHolidays(input.holidays);
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    // The row's lock makes two who set it at once follow each other, with the last one's list as a whole.
    await tx.query("UPDATE organisation SET weekend_days = $2 WHERE id = $1", [
      tx.organisationId,
      weekendDays,
    ]);
    await tx.query("DELETE FROM holiday WHERE organisation_id = $1", [tx.organisationId]);
    await tx.query(
      "INSERT INTO holiday (organisation_id, day, name) SELECT $1, h.* FROM unnest($2::date[], $3::text[]) AS h",
      [tx.organisationId, holidays.map(({ day }) => day), holidays.map(({ name }) => name)],
    );
    await recordAudit(tx, viewer, {
      action: "business_calendar.set",
      subjectKind: "organisation",
      subjectId: tx.organisationId,
      detail: { weekendDays: weekendDays.map(String), holidays: holidays.length },
    });
    await reviewStatementsIn(tx, app.now());
    return { weekendDays, holidays };
  });
}

function readWeekendDays(given: readonly number[]): number[] {
  const days = [...new Set(given)].sort((a, b) => a - b);
  if (!days.every((day) => Number.isInteger(day) && day >= 1 && day <= 7)) {
    throw new InvalidInput("A day of the week is 1, Monday, to 7, Sunday.", "weekendDays");
  }
  if (days.length === 7) {
    throw new InvalidInput("Some day of the week must be one of business.", "weekendDays");
  }
  return days;
}

function readHolidays(given: readonly Holiday[]): Holiday[] {
  if (given.length > holidaysMax) {
    throw new InvalidInput(`A calendar holds at most ${holidaysMax} holidays.`, "holidays");
  }
  const byDay = new Map<LocalDate, Holiday>();
  for (const { day, name: givenName } of given) {
    const name = givenName.trim();
    if (byDay.has(day)) throw new InvalidInput(`${day} is there twice.`, "holidays");
    if (day < earliest || day > latest) {
      throw new InvalidInput(`Holidays lie between ${earliest} and ${latest}.`, "holidays");
    }
    if (name === "" || name.length > nameCharactersMax || /\p{Cc}/u.test(name)) {
      const message = `A holiday's name has 1 to ${nameCharactersMax} characters.`;
      throw new InvalidInput(message, "holidays");
    }
    byDay.set(day, { day, name });
  }
  return [...byDay.values()].sort((a, b) => (a.day < b.day ? -1 : 1));
}
