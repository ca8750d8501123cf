/** The argument of every list that leaves out what is archived unless asked. */
export const archivedToo = {
  required: true,
  defaultValue: false,
  description: "Those no longer used, too.",
} as const;

export function inUse<Row extends { readonly archivedAt: Date | null }>(
  rows: readonly Row[] | undefined,
  includeArchived: boolean,
): Row[] {
  return (rows ?? []).filter(({ archivedAt }) => includeArchived || archivedAt === null);
}
