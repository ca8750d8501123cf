import { isCurrencyCode } from "../../../core/currencies.ts";
import {
  type Contradiction,
  findContradiction,
} from "../../../core/matching/rules/contradictions.ts";
import type { RuleAction, RuleConditions, RuleText } from "../../../core/matching/rules/rule.ts";
import { parseDecimal } from "../../../core/money.ts";
import type { Sql } from "../../../db/sql.ts";
import { InvalidInput, NotFound } from "../../errors.ts";
import { knownIds } from "../../ids.ts";

/** What a caller says of a rule. What is absent or null says nothing. */
export interface RuleInput {
  readonly name: string;
  readonly conditions: RuleConditionsInput;
  readonly action: RuleActionInput;
  readonly enabled?: boolean | null | undefined;
  readonly position?: number | null | undefined;
}

export interface RuleConditionsInput {
  readonly texts?: readonly RuleText[] | null | undefined;
  readonly amountMin?: string | null | undefined;
  readonly amountMax?: string | null | undefined;
  readonly currency?: string | null | undefined;
  readonly direction?: "in" | "out" | null | undefined;
  readonly accountIds?: readonly string[] | null | undefined;
  readonly blockId?: string | null | undefined;
}

export interface RuleActionInput {
  readonly kind: RuleAction["kind"];
  readonly categoryId?: string | null | undefined;
  readonly standalone?: boolean | null | undefined;
  readonly reason?: string | null | undefined;
  readonly clientName?: string | null | undefined;
}

/** The most texts that one rule asks for. */
export const textsMax = 20;
const accountsMax = 50;
const nameCharactersMax = 80;
const textCharactersMax = 200;

export function ruleName(given: string): string {
  return bounded(given, "name", "A rule's name", nameCharactersMax);
}

/**
 * Conditions and action as they are kept.
 * @throws NotFound for accounts, a block or a category that are not there, InvalidInput
 */
export async function readRuleInput(
  sql: Sql,
  input: Pick<RuleInput, "conditions" | "action">,
): Promise<{ conditions: RuleConditions; action: RuleAction }> {
  // What names nothing here answers so whatever else is wrong.
  const named = await readNamed(sql, input);
  const conditions = conditionsOf(input.conditions, named);
  const action = actionOf(input.action, named.categoryId);
  const contradiction = findContradiction(conditions);
  // Texts that no line can have together are kept, and pointed out.
  if (contradiction !== null && contradiction.code !== "texts") {
    const field = contradiction.code === "amounts" ? "conditions.amountMax" : "conditions";
    throw new InvalidInput(contradictionSentence(contradiction), field);
  }
  return { conditions, action };
}

/**
 * Whether what is named is there, of a rule that may not be whole.
 * @throws NotFound, InvalidInput for too many accounts
 */
export async function checkNamed(
  sql: Sql,
  given: { conditions: RuleConditionsInput | null; action: RuleActionInput | null },
): Promise<void> {
  const { conditions, action } = given;
  await readNamed(sql, { conditions: conditions ?? {}, action: action ?? { kind: "transfer" } });
}

/** What is wrong with conditions that nothing can ever meet. */
export function contradictionSentence({ code, value }: Contradiction): string {
  switch (code) {
    case "says_nothing":
      return "A rule needs at least one condition.";
    case "amounts":
      return "The lowest amount is above the highest.";
    case "text_empty":
      return `“${value}” has neither letters nor digits.`;
    default:
      return `No text can meet both ${value}.`;
  }
}

interface Named {
  readonly accountIds: readonly string[];
  readonly blockId: string | null;
  readonly categoryId: string | null;
}

async function readNamed(
  sql: Sql,
  { conditions, action }: Pick<RuleInput, "conditions" | "action">,
): Promise<Named> {
  const given = conditions.accountIds ?? [];
  if (given.length > accountsMax) {
    throw new InvalidInput(
      `A rule names at most ${accountsMax} accounts.`,
      "conditions.accountIds",
    );
  }
  const known = async (ids: readonly string[], table: string, what: string) => {
    const wanted = knownIds(ids, what);
    if (wanted.length === 0) return [];
    const found = await sql.query(`SELECT FROM ${table} WHERE id = ANY ($1::uuid[])`, [wanted]);
    if (found.length < wanted.length) throw new NotFound(what);
    return wanted;
  };
  const one = (id: string | null | undefined) => (id == null ? [] : [id]);
  const accountIds = await known(given, "financial_account", "financial account");
  const [blockId = null] = await known(one(conditions.blockId), "block", "block");
  const [categoryId = null] = await known(one(action.categoryId), "category", "category");
  return { accountIds, blockId, categoryId };
}

function conditionsOf(input: RuleConditionsInput, named: Named): RuleConditions {
  const texts = input.texts ?? [];
  if (texts.length > textsMax) {
    throw new InvalidInput(`A rule asks for at most ${textsMax} texts.`, "conditions.texts");
  }
  const { amountMin = null, amountMax = null } = input;
  const code = input.currency?.trim().toUpperCase() || null;
  if (code !== null && !isCurrencyCode(code)) {
    throw new InvalidInput(`${code.slice(0, 10)} is no currency.`, "conditions.currency");
  }
  if (code === null && (amountMin !== null || amountMax !== null)) {
    throw new InvalidInput("An amount needs its currency.", "conditions.currency");
  }
  const minor = (decimal: string | null, field: string) => {
    if (decimal === null || code === null) return null;
    const parsed = parseDecimal(decimal, code);
    if (!parsed.ok || parsed.value.amountMinor < 0n) {
      throw new InvalidInput(
        `${decimal.slice(0, 40)} is no amount of ${code} without a sign.`,
        field,
      );
    }
    return parsed.value.amountMinor;
  };
  return {
    texts: texts.map(({ field, test, value }) => ({
      field,
      test,
      value: bounded(value, "conditions.texts", "A text", textCharactersMax),
    })),
    amountMinMinor: minor(amountMin, "conditions.amountMin"),
    amountMaxMinor: minor(amountMax, "conditions.amountMax"),
    currency: code,
    direction: input.direction ?? null,
    accountIds: named.accountIds,
    blockId: named.blockId,
  };
}

function actionOf(input: RuleActionInput, categoryId: string | null): RuleAction {
  switch (input.kind) {
    case "categorise":
      if (categoryId === null) throw new InvalidInput("Choose a category.", "action.categoryId");
      return { kind: "categorise", categoryId, standalone: input.standalone ?? false };
    case "exclude": {
      const reason = bounded(input.reason ?? "", "action.reason", "A reason", textCharactersMax);
      return { kind: "exclude", reason };
    }
    case "match_client": {
      const field = "action.clientName";
      const clientName = bounded(
        input.clientName ?? "",
        field,
        "A client's name",
        textCharactersMax,
      );
      return { kind: "match_client", clientName };
    }
    default:
      return { kind: "transfer" };
  }
}

function bounded(given: string, field: string, what: string, charactersMax: number): string {
  const text = given.trim().replace(/[\p{Cc}\s]+/gu, " ");
  if (text === "" || text.length > charactersMax) {
    throw new InvalidInput(`${what} has 1 to ${charactersMax} characters.`, field);
  }
  return text;
}
