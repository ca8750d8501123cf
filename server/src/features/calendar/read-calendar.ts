import assert from "node:assert/strict";
import type { App } from "../../app.ts";
import type { BusinessCalendar } from "../../core/business-days.ts";
import type { LocalDate } from "../../core/dates.ts";
import { readAsOrganisation } from "../../db/as-organisation.ts";
import type { Sql } from "../../db/sql.ts";
import { authorise, type Viewer } from "../viewer.ts";

export interface Holiday {
  readonly day: LocalDate;
  readonly name: string;
}

/** The days on which an organisation does no business, as people keep them. */
export interface CalendarDays {
  /** ISO: 1 is Monday, 7 is Sunday. */
  readonly weekendDays: readonly number[];
  /** In order. */
  readonly holidays: readonly Holiday[];
}

/** @throws Forbidden */
export async function readCalendarDays(app: App, viewer: Viewer): Promise<CalendarDays> {
  authorise(viewer, "bank_connections:read");
  return readAsOrganisation(app.database, viewer.organisationId, (sql) =>
    calendarDays(sql, viewer.organisationId),
  );
}

/** The organisation's calendar, and which day it is there: what due days are reckoned by. */
export async function readCalendar(
  sql: Sql,
  organisationId: string,
  now: Date,
): Promise<{ calendar: BusinessCalendar; today: LocalDate }> {
  const { weekendDays, holidays } = await calendarDays(sql, organisationId);
  const [row] = await sql.query<{ today: LocalDate }>(
    "SELECT ($2::timestamptz AT TIME ZONE time_zone)::date AS today FROM organisation WHERE id = $1",
    [organisationId, now],
  );
  assert(row, "a viewer's organisation exists");
  return {
    calendar: {
      weekendDays: new Set(weekendDays),
      holidays: new Set(holidays.map(({ day }) => day)),
    },
    today: row.today,
  };
}

async function calendarDays(sql: Sql, organisationId: string): Promise<CalendarDays> {
  const [row] = await sql.query<{ weekendDays: number[] | null }>(
    `SELECT weekend_days AS "weekendDays" FROM organisation WHERE id = $1`,
    [organisationId],
  );
  const holidays = await sql.query<Holiday>(
    "SELECT day, name FROM holiday WHERE organisation_id = $1 ORDER BY day",
    [organisationId],
  );
  return { weekendDays: row?.weekendDays ?? [], holidays };
}
