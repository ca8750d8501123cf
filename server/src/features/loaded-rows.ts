/** What became of a file of rows, or would become of it. */
export interface LoadedRows {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly problems: readonly RowProblem[];
  /** The names of the columns, and the first rows as they were read. */
  readonly preview: readonly (readonly string[])[];
}

/** Why a row was not taken. */
export interface RowProblem {
  /** Its line in the file, from 1. */
  readonly row: number;
  readonly field: string | null;
  readonly message: string;
}

/** The most rows of a file whose reading is shown. */
export const previewRowsMax = 20;
/** The most problems that are answered: a person corrects a file in rounds anyway. */
export const rowProblemsMax = 500;
