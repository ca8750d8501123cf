/** The columns that the heading and the rows of the list share, where there is room for them. */
export const columns =
  "grid gap-x-4 px-4 grid-cols-[7rem_minmax(9rem,1fr)_repeat(5,minmax(4.5rem,5.5rem))_minmax(12rem,1fr)]";
