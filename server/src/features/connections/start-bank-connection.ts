import type { App } from "../../app.ts";
import { utcDay } from "../../core/dates.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import { newId } from "../../db/ids.ts";
import type {
  Provider,
  ProviderDescription,
  ProviderInstitution,
  StartedConsent,
} from "../../providers/provider.ts";
import { recordAudit } from "../audit/record.ts";
import { Conflict, InvalidInput } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { newState, returnUrl, webhookUrl } from "./addresses.ts";
import { flowColumns } from "./hosted-flow.ts";
import { learnConnection } from "./learn-connection.ts";
import { moveStatus, recordStatusChange } from "./move-status.ts";
import { keepConsent, refuseTwoOfOneConsent } from "./take-up-consent.ts";

/** How many days of history a first sync brings, where nobody says otherwise. */
const historyDaysUsual = 90;

/** A sign-in that has been prepared; or, where no page is needed, a connection that is there already. */
export interface StartedBankConnection {
  readonly connectionId: string;
  /** Null where there is no page to send a person to. */
  readonly hostedLinkUrl: string | null;
  readonly expiresAt: Date | null;
}

/** Hosted flows that nobody finished: a program that only starts them is at fault. */
const openFlowsMax = 50;

/**
 * Opens a provider's hosted flow for a new connection; of a provider without one, connects.
 * @param input historyDays: how far back the first sync goes, from 1 to what the provider allows; null for the usual 90
 * @throws Forbidden, InvalidInput, Conflict, ProviderFailure
 */
export async function startBankConnection(
  app: App,
  viewer: Viewer,
  input: { provider: string; institutionId: string | null; historyDays?: number | null },
): Promise<StartedBankConnection> {
  authorise(viewer, "bank_connections:manage");
  const provider = app.providers.find(input.provider);
  if (provider === null) throw new InvalidInput("There is no such provider.", "provider");
  const historyDays = historyDaysOf(provider.description, input.historyDays ?? null);
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
    daysOfHistory: historyDays,
    today: utcDay(app.now()),
    repair: null,
  });
  const owner = { organisationId: viewer.organisationId, connectionId: id };
  await asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const connection = await tx.prisma.bankConnection.create({
      data: {
        id,
        organisationId: tx.organisationId,
        provider: provider.description.name,
        institutionId: institution?.id ?? null,
        institutionName: institution?.name ?? nameless(provider, started),
        institutionColour: institution?.colour ?? null,
        historyDays,
        ...(started.kind === "hosted" ? flowColumns(app, owner, started, state) : {}),
        createdBy: viewer.actor.kind === "person" ? viewer.actor.id : null,
        createdAt: app.now(),
      },
    });
    await recordStatusChange(tx, { id, status: null }, "pending", "created");
    await recordAudit(tx, viewer, {
      action: "bank_connection.started",
      subjectKind: "bank_connection",
      subjectId: id,
      detail: { provider: connection.provider, institution: institution?.name ?? "a bank" },
    });
    if (started.kind === "hosted") await moveStatus(tx, connection, { type: "consent_started" });
    else await keepConsent(app, tx, viewer, id, started);
  }).catch(refuseTwoOfOneConsent);
  if (started.kind === "hosted") {
    return { connectionId: id, hostedLinkUrl: started.hostedUrl, expiresAt: started.expiresAt };
  }
  await learnConnection(app, viewer.organisationId, id);
  return { connectionId: id, hostedLinkUrl: null, expiresAt: null };
}

/** Until the provider tells the bank's name. */
function nameless({ description }: Provider, { kind }: StartedConsent): string {
  return kind === "granted" ? description.label : "New bank";
}

function historyDaysOf(description: ProviderDescription, given: number | null): number {
  const { label, historyDaysMax } = description;
  // Who pushes has no history to ask for.
  if (given === null) return Math.max(1, Math.min(historyDaysUsual, historyDaysMax));
  if (!Number.isInteger(given) || given < 1 || given > historyDaysMax) {
    const message = `${label} brings between 1 and ${historyDaysMax} days of history.`;
    throw new InvalidInput(message, "historyDays");
  }
  return given;
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
