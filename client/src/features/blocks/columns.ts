/** The columns that the heading and the rows of the list of blocks share. */
export const columns =
  "grid gap-x-4 px-4 md:grid-cols-[minmax(10rem,1fr)_5rem_6.5rem_minmax(8rem,11rem)_6rem_9rem_2rem]";

/** The same for the list of a block's demands. */
export const demandColumns =
  "grid gap-x-4 px-4 md:grid-cols-[8.5rem_minmax(10rem,1fr)_6.5rem_7.5rem_7rem_8rem_8rem_2rem]";
