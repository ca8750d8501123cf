import {
  descriptionCharactersMax,
  nameCharactersMax,
  plainText,
  referenceCharactersMax,
  type StatementLine,
} from "../statement.ts";
import { fieldCharactersMax } from "./field-cutter.ts";
import type { Movement } from "./fields.ts";
import { readInformation } from "./information.ts";

/** A movement whose field 86 may still come. */
export interface PendingLine {
  readonly row: number;
  readonly movement: Movement;
  /** What stands below field 61. */
  readonly details: string;
  readonly information: string[];
  informationCharacters: number;
}

export function pendingLine(row: number, movement: Movement, details: string): PendingLine {
  return { row, movement, details, information: [], informationCharacters: 0 };
}

/** Some banks print several fields 86 for one movement. */
export function addInformation(line: PendingLine, rows: readonly string[]): void {
  for (const row of rows) {
    if (line.informationCharacters >= fieldCharactersMax) return;
    line.information.push(row);
    line.informationCharacters += row.length + 1;
  }
}

/** The line as the statement tells it, in the words of whichever field has some. */
export function completeLine(pending: PendingLine): StatementLine {
  const { row, movement, details } = pending;
  const { bookedOn, amountMinor, typeCode, customerReference } = movement;
  const information = readInformation(pending.information);
  const texts = [
    information.text,
    information.postingText,
    details,
    information.counterpartyName,
    typeCode,
  ];
  const description = texts
    .map((text) => plainText(text ?? "", descriptionCharactersMax))
    .find((text) => text !== null);
  const reference = information.reference ?? customerReference ?? "";
  return {
    row,
    bookedOn,
    amountMinor,
    description: description ?? (amountMinor > 0n ? "Credit" : "Debit"),
    counterpartyName: plainText(information.counterpartyName ?? "", nameCharactersMax),
    reference: plainText(reference, referenceCharactersMax),
    fileId: null,
  };
}
