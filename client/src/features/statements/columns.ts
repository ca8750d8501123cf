/** The columns that the heading and the rows of the list share, where there is room for them. */
export const columns =
  "grid gap-x-4 px-4 grid-cols-[6.5rem_minmax(11rem,1.4fr)_minmax(9rem,1fr)_repeat(6,minmax(3.75rem,4.5rem))_8.5rem]";
