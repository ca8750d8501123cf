/** Words for the roles, and what each may do, in a sentence. */
export const roleLabels = {
  OWNER: "Owner",
  ADMIN: "Administrator",
  ACCOUNTANT: "Accountant",
  VIEWER: "Viewer",
} as const;

export type Role = keyof typeof roleLabels;

export const roleDescriptions: Record<Role, string> = {
  OWNER: "Everything, including who else owns the organisation",
  ADMIN: "Everything except changing owners",
  ACCOUNTANT: "Works with transactions, invoices and matches",
  VIEWER: "Sees everything, changes nothing",
};
