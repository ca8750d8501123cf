/** The columns that the heading and the rows of the list share, where there is room for them. */
export const columns =
  "grid gap-x-4 px-4 grid-cols-[8rem_minmax(6rem,9rem)_minmax(14rem,1fr)_minmax(10rem,1fr)_2.5rem]";
