import { formatTime } from "../../lib/format.ts";
import { mutate, mutateOrToast } from "../../lib/mutate.ts";
import { router } from "../../lib/router.svelte.ts";
import { toast } from "../../lib/toasts.svelte.ts";
import { href } from "../../routes.ts";
import {
  type Connection,
  DisconnectConnectionDocument,
  RefreshConnectionDocument,
  RepairConnectionDocument,
  SyncConnectionDocument,
} from "./documents.ts";

/** Asks for a sync; its progress and its outcome come by the live connection. */
export async function syncNow(id: string, accountId?: string): Promise<void> {
  await mutateOrToast(SyncConnectionDocument, { id, accountId: accountId ?? null });
}

/** Asks the provider for fresher data; what it brings comes by the live connection. */
export async function refresh({ id, institutionName }: Pick<Connection, "id" | "institutionName">) {
  const outcome = await mutate(RefreshConnectionDocument, { id });
  if (outcome.ok) toast.success(`${institutionName} is asked for fresher data`);
  else if (outcome.problem?.__typename === "RefreshTooSoon") {
    toast.info(`A refresh is possible again at ${formatTime(outcome.problem.possibleAt)}`);
  } else toast.error(outcome.message);
}

/** Leaves for the bank's own page, in this tab; the bank sends the browser back. */
export async function repair(id: string): Promise<boolean> {
  const started = await mutateOrToast(RepairConnectionDocument, { id });
  if (started) leaveFor(started);
  return started !== undefined;
}

/** To the bank's page, or past it where no page is needed. */
export function leaveFor(started: { hostedLinkUrl: string | null; connection: { id: string } }) {
  if (started.hostedLinkUrl !== null) location.assign(started.hostedLinkUrl);
  else router.go(`${href("/finance/banking/connect/return")}?state=${started.connection.id}`);
}

export async function disconnect(id: string): Promise<boolean> {
  const connection = await mutateOrToast(DisconnectConnectionDocument, { id });
  if (connection) toast.success(`${connection.institutionName} is disconnected`);
  return connection !== undefined;
}
