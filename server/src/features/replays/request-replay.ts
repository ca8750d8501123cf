import type { App } from "../../app.ts";
import { assert } from "../../core/assert.ts";
import { checkProfile } from "../../core/matching/check-profile.ts";
import type { ProfileDefinition, ProfileFamily } from "../../core/matching/profile.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import { newId } from "../../db/ids.ts";
import { emit } from "../../events/emit.ts";
import { enqueue } from "../../jobs/queue.ts";
import { recordAudit } from "../audit/record.ts";
import { Conflict, InvalidInput, NotFound } from "../errors.ts";
import { knownIds } from "../ids.ts";
import { readChoices } from "../matching-profiles/list-profiles.ts";
import { readProfile, readProfileVersion } from "../matching-profiles/profile.ts";
import { ProfileProblem } from "../matching-profiles/profile-problem.ts";
import { type GivenDefinition, readDefinition } from "../matching-profiles/read-definition.ts";
import { readRulesById, storeConditions } from "../reconciliation/rules/matching-rule.ts";
import {
  checkNamed,
  type RuleActionInput,
  type RuleConditionsInput,
  readRuleInput,
} from "../reconciliation/rules/rule-input.ts";
import { authorise, type Viewer } from "../viewer.ts";
import {
  type MatchReplay,
  type ProfileSubject,
  type ReplaySubject,
  readReplays,
} from "./match-replay.ts";

/** The most replays of an organisation that wait or run. */
const runningMax = 5;
/** One that has not ended by then never will: its last try died with its process. */
const runningHoursMax = 24;

export interface ProfileReplayRequest {
  /** A stored profile, or "invoice" or "demand"; of the family in use where it and the definition are null. */
  readonly profileId: string | null;
  readonly version: number | null;
  /** One that is not stored. Needs the family. */
  readonly definition: GivenDefinition | null;
  readonly family: ProfileFamily | null;
  /** Instead of the profile's own. */
  readonly automaticScoreMin: number | null;
  readonly marginPoints: number | null;
}

/**
 * Asks for a profile, or another threshold or margin, to be tried over what was decided. The books stay as they are.
 * @throws Forbidden, NotFound, InvalidInput, ProfileProblem, Conflict while too many are under way
 */
export function replayProfile(
  app: App,
  viewer: Viewer,
  request: ProfileReplayRequest,
): Promise<MatchReplay> {
  authorise(viewer, "matching:manage");
  return asOrganisation(app.database, viewer.organisationId, async (tx) =>
    ask(tx, viewer, await profileSubject(tx, request), app.now()),
  );
}

/**
 * Asks for a rule to be tried over what was decided: a stored one, changed or not, or one that is not stored.
 * @throws Forbidden, NotFound, InvalidInput, Conflict while too many are under way
 */
export function replayRule(
  app: App,
  viewer: Viewer,
  request: {
    ruleId: string | null;
    conditions: RuleConditionsInput | null;
    action: RuleActionInput | null;
  },
): Promise<MatchReplay> {
  authorise(viewer, "matching:manage");
  return asOrganisation(app.database, viewer.organisationId, async (tx) =>
    ask(tx, viewer, await ruleSubject(tx, request), app.now()),
  );
}

async function ask(
  tx: TenantTransaction,
  viewer: Viewer,
  subject: ReplaySubject,
  at: Date,
): Promise<MatchReplay> {
  await tx.query(
    `UPDATE match_replay SET status = 'failed', finished_at = $1, failure = 'It was broken off. Ask for it again.'
     WHERE status = 'running' AND requested_at < $1::timestamptz - make_interval(hours => $2)`,
    [at, runningHoursMax],
  );
  const [counted] = await tx.query<{ full: boolean }>(
    "SELECT count(*) >= $1 AS full FROM match_replay WHERE status = 'running'",
    [runningMax],
  );
  if (counted?.full) throw new Conflict("Several replays are under way: wait until one has ended.");
  const id = newId();
  await tx.query(
    `INSERT INTO match_replay (organisation_id, id, subject, status, requested_by, requested_at)
     VALUES ($1, $2, $3, 'running', $4, $5)`,
    [tx.organisationId, id, JSON.stringify(subject), viewer.actor.name, at],
  );
  await recordAudit(tx, viewer, {
    action: "match_replay.requested",
    subjectKind: "match_replay",
    subjectId: id,
    detail: { label: subject.label },
  });
  emit(tx, { topic: "matching.changed", runIds: [], replayIds: [id] });
  const { organisationId } = tx;
  await enqueue(
    tx,
    "replayMatching",
    { organisationId, replayId: id },
    { key: `replay:${id}`, queue: `replays:${organisationId}`, attemptsMax: 3 },
  );
  const [replay] = await readReplays(tx, [id]);
  assert(replay, "a replay that was written is there");
  return replay;
}

async function profileSubject(
  tx: TenantTransaction,
  request: ProfileReplayRequest,
): Promise<ProfileSubject> {
  const { automaticScoreMin, marginPoints } = request;
  const base = await baseOf(tx, request);
  const changed = automaticScoreMin !== null || marginPoints !== null;
  if (!changed) {
    const version = base.version === null ? "" : `, version ${base.version}`;
    return { ...base, kind: "profile", label: `${base.name}${version}` };
  }
  const definition: ProfileDefinition = {
    ...base.definition,
    automaticScoreMin: automaticScoreMin ?? base.definition.automaticScoreMin,
    marginPoints: marginPoints ?? base.definition.marginPoints,
  };
  const problems = checkProfile(base.family, definition);
  if (problems.length > 0) throw new ProfileProblem(problems);
  const words = [
    ...(automaticScoreMin === null ? [] : [`threshold ${automaticScoreMin}`]),
    ...(marginPoints === null ? [] : [`margin ${marginPoints}`]),
  ];
  const label = `${base.name} with ${words.join(" and ")}`;
  return { ...base, kind: "threshold", label, definition };
}

type Base = Omit<ProfileSubject, "kind" | "label">;

async function baseOf(tx: TenantTransaction, request: ProfileReplayRequest): Promise<Base> {
  const { profileId, definition, family, version } = request;
  if (definition !== null) {
    const stored = profileId === null ? null : await readProfile(tx, profileId);
    const own = stored?.family ?? family;
    if (own === null) throw new InvalidInput("Say what the definition decides about.", "family");
    const name = stored === null ? "A new profile" : `${stored.name}, changed`;
    const read = readDefinition(own, definition);
    return { family: own, profileId: stored?.id ?? null, name, version: null, definition: read };
  }
  if (profileId !== null) {
    const profile = await readProfile(tx, profileId);
    const wanted = version ?? profile.version;
    return {
      ...{ family: profile.family, profileId: profile.id, name: profile.name, version: wanted },
      definition: await readProfileVersion(tx, profile, wanted),
    };
  }
  if (family === null)
    throw new InvalidInput("Say which profile is tried, or of which family.", "family");
  const choice = (await readChoices(tx)).find((one) => one.family === family);
  assert(choice, "each family has a choice, its built-in profile if no other");
  const { profile } = choice;
  return {
    ...{ family, profileId: profile.id, name: profile.name, version: choice.version },
    definition: await readProfileVersion(tx, profile, choice.version),
  };
}

async function ruleSubject(
  tx: TenantTransaction,
  request: {
    ruleId: string | null;
    conditions: RuleConditionsInput | null;
    action: RuleActionInput | null;
  },
): Promise<ReplaySubject> {
  const [stored = null] =
    request.ruleId === null ? [] : await readRulesById(tx, knownIds([request.ruleId], "rule"));
  if (request.ruleId !== null && stored === null) throw new NotFound("rule");
  await checkNamed(tx, request);
  const ruleId = stored?.id ?? null;
  if (request.conditions === null && request.action === null && stored !== null) {
    const conditions = storeConditions(stored.conditions);
    return { kind: "rule", label: stored.name, ruleId, conditions, action: stored.action };
  }
  if (request.conditions === null || request.action === null) {
    throw new InvalidInput("Give the rule's conditions and what it does.", "conditions");
  }
  const read = await readRuleInput(tx, { conditions: request.conditions, action: request.action });
  const label = stored === null ? "A new rule" : `${stored.name}, changed`;
  return {
    kind: "rule",
    label,
    ruleId,
    conditions: storeConditions(read.conditions),
    action: read.action,
  };
}
