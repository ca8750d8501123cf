import { addMonths, type LocalDate, startOfMonth } from "../../core/dates.ts";
import { statementMonthsMax } from "../../core/statement-months.ts";
import { InvalidInput } from "../errors.ts";

/** A business day that every month has, whatever its holidays. */
const uploadBusinessDayMax = 20;
const monthsAheadMax = 12;

export interface CadenceInput {
  /** Any day of the first month whose statement is expected. */
  readonly uploadsFrom?: LocalDate | null | undefined;
  readonly uploadBusinessDay?: number | null | undefined;
}

/**
 * How statements are to be brought in, from what was given and what was so before: by the 5th business day and from the
 * month that runs, unless told otherwise.
 * @throws InvalidInput
 */
export function readCadence(
  input: CadenceInput,
  before: { uploadsFrom: LocalDate | null; uploadBusinessDay: number },
  today: LocalDate,
): { uploadsFrom: LocalDate; uploadBusinessDay: number } {
  const uploadBusinessDay = input.uploadBusinessDay ?? before.uploadBusinessDay;
  const uploadsFrom = startOfMonth(input.uploadsFrom ?? before.uploadsFrom ?? today);
  const inRange =
    Number.isInteger(uploadBusinessDay) &&
    uploadBusinessDay >= 1 &&
    uploadBusinessDay <= uploadBusinessDayMax;
  if (!inRange) {
    const message = `A statement is due by the 1st to the ${uploadBusinessDayMax}th business day.`;
    throw new InvalidInput(message, "uploadBusinessDay");
  }
  const running = startOfMonth(today);
  const [earliest, latest] = [
    addMonths(running, 1 - statementMonthsMax),
    addMonths(running, monthsAheadMax),
  ];
  if (uploadsFrom < earliest || uploadsFrom > latest) {
    const message = `Statements are expected from a month between ${earliest.slice(0, 7)} and ${latest.slice(0, 7)} on.`;
    throw new InvalidInput(message, "uploadsFrom");
  }
  return { uploadsFrom, uploadBusinessDay };
}

export const uploadBusinessDayDefault = 5;
