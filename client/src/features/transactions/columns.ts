/** The grid that the header and the rows of a wide list share: select, date, text, account, category, status, amount. */
export const columns =
  "grid grid-cols-[1.25rem_5.75rem_minmax(12rem,1fr)_minmax(8rem,11rem)_minmax(8rem,12.5rem)_8.5rem_minmax(7.5rem,9rem)] gap-x-4 px-4";

/** With less room the account moves below the text, and the status below the amount. */
export const columnsNarrow =
  "grid grid-cols-[1.25rem_5.75rem_minmax(10rem,1fr)_minmax(8rem,10rem)_minmax(7.5rem,9rem)] gap-x-4 px-4";
