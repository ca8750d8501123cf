/**
 * The columns that the heading and the rows of the list share, where there is room for them: at 1280 pixels every
 * one is in sight, the status too.
 */
export const columns =
  "grid gap-x-3 px-4 grid-cols-[5.75rem_minmax(0,1.4fr)_minmax(0,1fr)_3.75rem_3.75rem_4.25rem_3.25rem_3.75rem_4.25rem_7.5rem] " +
  "min-[1440px]:gap-x-4 min-[1440px]:grid-cols-[6.5rem_minmax(11rem,1.4fr)_minmax(9rem,1fr)_repeat(6,minmax(3.75rem,4.5rem))_8.5rem]";
