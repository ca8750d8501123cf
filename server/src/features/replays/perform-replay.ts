import { isDeepStrictEqual } from "node:util";
import { compareReplay, type ReplayFigures } from "../../core/matching/compare-replay.ts";
import { compareRuleReplay, type RuleReach } from "../../core/matching/compare-rule-replay.ts";
import type { MatchingProfile } from "../../core/matching/profile.ts";
import { proposeMatches } from "../../core/matching/propose-matches.ts";
import { matchRules } from "../../core/matching/rules/match-rules.ts";
import type { Rule } from "../../core/matching/rules/rule.ts";
import type { ProposedMatch } from "../../core/matching/types.ts";
import { readAsOrganisation } from "../../db/as-organisation.ts";
import type { Database } from "../../db/client.ts";
import { readAliases } from "../learning/read-aliases.ts";
import { readProfilesInUse } from "../matching-profiles/read-profiles-in-use.ts";
import { readRates } from "../rates/read-rates.ts";
import { readConditions, readRulesById } from "../reconciliation/rules/matching-rule.ts";
import { countOfProfile, decidedForFamily, decidedForRules, isOfFamily } from "./decided-lines.ts";
import { type History, loadHistory } from "./load-history.sql.ts";
import type {
  ProfileSubject,
  ReplaySubject,
  RuleSubjectOfReplay,
  StoredFigures,
  StoredResult,
} from "./match-replay.ts";
import { profileSentence, ruleSentence } from "./replay-sentence.ts";

/** The most differences that are kept, the worst first. */
export const differencesMax = 500;
const loadingMsMax = 5 * 60_000;

/**
 * Tries a subject over the organisation's own decisions. Reads only: every statement is of a read-only transaction.
 * What has been learned by now is used, and all lines are decided at once, as in one run over the reopened books.
 * @param tell is told 0 to 1
 */
export async function performReplay(
  database: Database,
  organisationId: string,
  subject: ReplaySubject,
  tell: (share: number) => void,
  linesMax?: number,
): Promise<StoredResult> {
  const given = await readAsOrganisation(database, organisationId, async (sql) => {
    await sql.query(`SET LOCAL statement_timeout = ${loadingMsMax}`);
    const history = await loadHistory(sql, (share) => tell(share * 0.2), linesMax);
    if (subject.kind === "rule") {
      const [stored = null] =
        subject.ruleId === null ? [] : await readRulesById(sql, [subject.ruleId]);
      return { history, stored, settings: null };
    }
    const inUse = await readProfilesInUse(sql);
    const [aliases, rates] = [await readAliases(sql), await readRates(sql)];
    return { history, stored: null, settings: { inUse, aliases, rates } };
  });
  const { history, stored, settings } = given;
  if (subject.kind === "rule") return replayRuleOver(history, subject, stored);
  if (settings === null) throw new TypeError("a profile is tried with its surroundings");
  const { family } = subject;
  const { inUse, aliases, rates } = settings;
  const propose = (profile: MatchingProfile, from: number) =>
    proposeMatches({
      ...{ transactions: history.lines, items: history.items, aliases, rates, suggestions: false },
      profiles: { ...inUse.profiles, [family]: profile },
      automatic: { ...inUse.automatic, [family]: true },
      onProgress: (share) => tell(from + share * 0.4),
    }).matches;
  const own = inUse.profiles[family];
  const tried: MatchingProfile = {
    ...subject.definition,
    ...{ family, name: subject.name, version: subject.version ?? 0 },
  };
  const proposed = propose(tried, 0.2);
  const { name: _name, version: _version, family: _family, ...definition } = own;
  const same = isDeepStrictEqual(definition, subject.definition);
  return compared(history, subject, proposed, same ? proposed : propose(own, 0.6));
}

function compared(
  history: History,
  subject: ProfileSubject,
  proposed: readonly ProposedMatch[],
  today: readonly ProposedMatch[],
): StoredResult {
  const items = new Map(history.items.map((item) => [item.id, item]));
  const ofFamily = (matches: readonly ProposedMatch[]) =>
    matches.filter(({ payments }) =>
      payments.some(({ itemId }) => {
        const item = items.get(itemId);
        return item !== undefined && isOfFamily(item, subject.family);
      }),
    );
  const decided = decidedForFamily(history, subject.family);
  const found = compareReplay(decided, ofFamily(proposed), ofFamily(today));
  const nameOf = namesIn(history);
  const declined = new Map(decided.map((line) => [line.transactionId, line.declinedItemIds]));
  return {
    ...stored(found, history),
    ofSameProfile: countOfProfile(history, subject.name),
    differenceCount: found.differences.length,
    differences: found.differences.slice(0, differencesMax).map((difference) => ({
      ...difference,
      amountMinor: String(difference.amountMinor),
      message: profileSentence({
        ...difference,
        was: difference.was.map(nameOf),
        would: difference.would.map(nameOf),
        declined: difference.would.some(
          (id) => declined.get(difference.transactionId)?.has(id) ?? false,
        ),
      }),
    })),
  };
}

function replayRuleOver(
  history: History,
  subject: RuleSubjectOfReplay,
  before: Rule | null,
): StoredResult {
  const tried: Rule = {
    id: subject.ruleId ?? "",
    ...{ name: subject.label, version: 0, enabled: true },
    conditions: readConditions(subject.conditions),
    action: subject.action,
  };
  const reachOf = (rule: Rule): RuleReach => ({
    action: rule.action,
    lines: new Set(matchRules([rule], history.lines).map(({ transactionId }) => transactionId)),
  });
  const found = compareRuleReplay(
    decidedForRules(history),
    reachOf(tried),
    before?.enabled ? reachOf(before) : null,
  );
  const nameOf = namesIn(history);
  return {
    ...stored(found, history),
    ofSameProfile: 0,
    differenceCount: found.differences.length,
    differences: found.differences.slice(0, differencesMax).map((difference) => ({
      ...difference,
      ...{ amountMinor: String(difference.amountMinor), score: null },
      would: difference.verdict === "right" ? difference.was : [],
      message: ruleSentence(subject.action.kind, {
        ...difference,
        was: difference.was.map(nameOf),
      }),
    })),
  };
}

interface Compared {
  readonly decided: number;
  readonly decidedByPeople: number;
  readonly unjudged: number;
  readonly figures: ReplayFigures;
  readonly byPeople: ReplayFigures;
  readonly today: ReplayFigures;
}

function stored(found: Compared, { bounded }: History) {
  const { decided, decidedByPeople, unjudged } = found;
  return {
    ...{ decided, decidedByPeople, unjudged, bounded },
    figures: storedFigures(found.figures),
    byPeople: storedFigures(found.byPeople),
    today: storedFigures(found.today),
  };
}

function storedFigures({ wronglyCleared, ...figures }: ReplayFigures): StoredFigures {
  return {
    ...figures,
    wronglyCleared: wronglyCleared.map(({ amountMinor, currency }) => ({
      amountMinor: String(amountMinor),
      currency,
    })),
  };
}

function namesIn(history: History): (id: string) => string {
  const items = new Map(history.items.map((item) => [item.id, item]));
  return (id) => {
    const item = items.get(id);
    return item ? `${item.number} of ${item.counterpartyName}` : "an item that is void";
  };
}
