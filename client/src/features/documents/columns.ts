/** The columns that the heading and the rows of the list share. */
export const columns =
  "grid gap-x-4 px-4 md:grid-cols-[9.5rem_minmax(10rem,1fr)_6.5rem_8.5rem_6rem_9rem_9rem]";
