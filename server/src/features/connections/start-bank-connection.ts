import type { App } from "../../app.ts";
import { utcDay } from "../../core/dates.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import { newId } from "../../db/ids.ts";
import type { Provider, ProviderInstitution } from "../../providers/provider.ts";
import { recordAudit } from "../audit/record.ts";
import { Conflict, InvalidInput } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { newState, returnUrl, webhookUrl } from "./addresses.ts";
import { moveStatus, recordStatusChange } from "./move-status.ts";

/** What a first sync brings. */
const daysOfHistory = 90;

export interface StartedBankConnection {
  readonly connectionId: string;
  readonly hostedLinkUrl: string;
  readonly expiresAt: Date;
}

/** Hosted flows that nobody finished: a program that only starts them is at fault. */
const openFlowsMax = 50;

/**
 * Opens a provider's hosted flow for a new connection.
 * @throws Forbidden, InvalidInput, Conflict, ProviderFailure
 */
export async function startBankConnection(
  app: App,
  viewer: Viewer,
  input: { provider: string; institutionId: string | null },
): Promise<StartedBankConnection> {
  authorise(viewer, "bank_connections:manage");
  const provider = app.providers.find(input.provider);
  if (provider === null) throw new InvalidInput("There is no such provider.", "provider");
  await refuseTooMany(app, viewer);
  const institution = await institutionOf(provider, input.institutionId);
  const id = newId();
  const state = newState(id);
  const started = await provider.startConsent({
    userReference: viewer.organisationId,
    institutionId: institution?.id ?? null,
    connectionReference: id,
    returnUrl: returnUrl(app.config),
    state,
    webhookUrl: webhookUrl(app.config, provider.description.name),
    daysOfHistory,
    today: utcDay(app.now()),
    repair: null,
  });
  if (started.kind === "granted") throw new TypeError("not yet");
  await asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const connection = await tx.prisma.bankConnection.create({
      data: {
        id,
        organisationId: tx.organisationId,
        provider: provider.description.name,
        institutionId: institution?.id ?? null,
        institutionName: institution?.name ?? "New bank",
        institutionColour: institution?.colour ?? null,
        linkToken: started.linkToken,
        linkState: state,
        linkUrl: started.hostedUrl,
        linkExpiresAt: started.expiresAt,
        createdBy: viewer.actor.kind === "person" ? viewer.actor.id : null,
        createdAt: app.now(),
      },
    });
    await recordStatusChange(tx, { id, status: null }, "pending", "created");
    await moveStatus(tx, connection, { type: "consent_started" });
    await recordAudit(tx, viewer, {
      action: "bank_connection.started",
      subjectKind: "bank_connection",
      subjectId: id,
      detail: { provider: connection.provider, institution: institution?.name ?? "a bank" },
    });
  });
  return { connectionId: id, hostedLinkUrl: started.hostedUrl, expiresAt: started.expiresAt };
}

async function refuseTooMany(app: App, viewer: Viewer): Promise<void> {
  const open = await asOrganisation(app.database, viewer.organisationId, (tx) =>
    tx.prisma.bankConnection.count({
      where: {
        organisationId: tx.organisationId,
        status: { in: ["pending", "in_progress"] },
        linkExpiresAt: { gt: app.now() },
      },
    }),
  );
  if (open >= openFlowsMax) throw new Conflict("Finish or remove the connections under way first.");
}

async function institutionOf(
  provider: Provider,
  id: string | null,
): Promise<ProviderInstitution | null> {
  if (id === null) return null;
  const institution = await provider.findInstitution(id);
  if (institution === null)
    throw new InvalidInput("There is no such institution.", "institutionId");
  return institution;
}
