/** The columns that the headings and the rows of lists share, where there is room for them. */
export const lineColumns = "grid gap-x-3 px-4 grid-cols-[5.75rem_minmax(0,1fr)_7rem_7.5rem_8.5rem]";

export const pushColumns =
  "grid gap-x-4 px-4 grid-cols-[4.5rem_8rem_minmax(10rem,1fr)_5rem_9rem_minmax(8rem,1fr)]";

export const pulledColumns = "grid gap-x-4 px-5 grid-cols-[minmax(0,1fr)_8.5rem_7.5rem_7.5rem]";

export const offerColumns =
  "grid gap-x-4 px-5 grid-cols-[1rem_minmax(0,1fr)_minmax(0,1fr)_7.5rem_minmax(8rem,10rem)]";
