/** The columns that the heading and the rows of the ledger share. */
export const columns =
  "grid gap-x-4 px-4 md:grid-cols-[6.5rem_minmax(10rem,3fr)_minmax(5rem,2fr)_7.5rem_7.5rem_7.5rem_6rem]";
