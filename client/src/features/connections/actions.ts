import { mutateOrToast } from "../../lib/mutate.ts";
import { toast } from "../../lib/toasts.svelte.ts";
import {
  DisconnectConnectionDocument,
  RepairConnectionDocument,
  SyncConnectionDocument,
} from "./documents.ts";

/** Asks for a sync; its progress and its outcome come by the live connection. */
export async function syncNow(id: string): Promise<void> {
  await mutateOrToast(SyncConnectionDocument, { id });
}

/** Leaves for the bank's own page, in this tab; the bank sends the browser back. */
export async function repair(id: string): Promise<boolean> {
  const started = await mutateOrToast(RepairConnectionDocument, { id });
  // Without a page to go to, it is repaired already.
  if (started?.hostedLinkUrl) location.assign(started.hostedLinkUrl);
  return started !== undefined;
}

export async function disconnect(id: string): Promise<boolean> {
  const connection = await mutateOrToast(DisconnectConnectionDocument, { id });
  if (connection) {
    toast.success(`${connection.institutionName} is disconnected`);
  }
  return connection !== undefined;
}
