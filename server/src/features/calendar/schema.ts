import { localDate } from "../../core/dates.ts";
import { builder } from "../../graphql/builder.ts";
import { viewerOf } from "../../graphql/context.ts";
import { Forbidden, InvalidInput } from "../errors.ts";
import { type CalendarCountry, listCalendarCountries, publicHolidays } from "./public-holidays.ts";
import { type CalendarDays, type Holiday, readCalendarDays } from "./read-calendar.ts";
import { setBusinessCalendar } from "./set-business-calendar.ts";

const HolidayRef = builder.objectRef<Holiday>("Holiday").implement({
  description: "A day without business, beside the weekends.",
  fields: (t) => ({
    day: t.expose("day", { type: "LocalDate", description: "The day." }),
    name: t.exposeString("name", { description: "What is kept." }),
  }),
});

const CalendarCountryRef = builder.objectRef<CalendarCountry>("CalendarCountry").implement({
  description: "A country, or a part of one, whose public holidays are known.",
  fields: (t) => ({
    code: t.exposeString("code", { description: 'ISO 3166: "IE", "GB-SCT".' }),
    name: t.exposeString("name", { description: "In English." }),
  }),
});

const BusinessCalendarRef = builder.objectRef<CalendarDays>("BusinessCalendar").implement({
  description:
    "The days on which the organisation does no business: what due days are reckoned by.",
  fields: (t) => ({
    weekendDays: t.intList({
      description: "Days of the week without business: 1 is Monday, 7 is Sunday.",
      resolve: ({ weekendDays }) => [...weekendDays],
    }),
    holidays: t.field({
      type: [HolidayRef],
      description: "Days without business beside these, in order.",
      resolve: ({ holidays }) => [...holidays],
    }),
    countries: t.field({
      type: [CalendarCountryRef],
      description: "Whose public holidays can be filled in, with `publicHolidays`.",
      resolve: (_calendar, _args, context) => listCalendarCountries(context.app, viewerOf(context)),
    }),
  }),
});

builder.queryFields((t) => ({
  businessCalendar: t.field({
    type: BusinessCalendarRef,
    description: "The organisation's calendar. Needs bank_connections:read.",
    resolve: (_root, _args, context) => readCalendarDays(context.app, viewerOf(context)),
  }),
  publicHolidays: t.field({
    type: [HolidayRef],
    description:
      "A country's public holidays of a year, to fill in the calendar from. Needs bank_connections:read.",
    args: {
      country: t.arg.string({ required: true, description: "A code of `countries`." }),
      year: t.arg.int({ required: true, description: "From 2000 to 2100." }),
    },
    resolve: (_root, { country, year }, context) =>
      publicHolidays(context.app, viewerOf(context), { country, year }),
  }),
}));

const HolidayInput = builder.inputType("HolidayInput", {
  description: "A day without business.",
  fields: (t) => ({
    day: t.field({ type: "LocalDate", required: true, description: "The day." }),
    name: t.string({ required: true, description: "What is kept." }),
  }),
});

const BusinessCalendarInput = builder.inputType("BusinessCalendarInput", {
  description: "The whole calendar: what is left out of the lists is no longer in it.",
  fields: (t) => ({
    weekendDays: t.intList({
      required: true,
      description: "Days of the week without business: 1 is Monday, 7 is Sunday.",
    }),
    holidays: t.field({
      type: [HolidayInput],
      required: true,
      description: "Days without business beside these, each once.",
    }),
  }),
});

builder.mutationField("setBusinessCalendar", (t) =>
  t.field({
    type: BusinessCalendarRef,
    errors: { types: [Forbidden, InvalidInput] },
    description:
      "Sets the days without business; due days follow at once. Needs ledger_accounts:manage.",
    args: {
      input: t.arg({ type: BusinessCalendarInput, required: true, description: "The calendar." }),
    },
    resolve: (_root, { input }, context) =>
      setBusinessCalendar(context.app, viewerOf(context), {
        weekendDays: input.weekendDays,
        holidays: input.holidays.map(({ day, name }) => ({ day: localDate(day), name })),
      }),
  }),
);
