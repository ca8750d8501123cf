/** Rules through the API: what tests of them make, ask and look at. */
import { expect } from "vitest";
import { readAsOrganisation } from "../../../server/src/db/as-organisation.ts";
import { runMatching } from "../../../server/src/features/reconciliation/match-transactions.ts";
import { type Answer, ask } from "../../support/ask.ts";
import { addTransactions, viewerIn, type WorldTransaction } from "../../support/world.ts";
import { newBooks } from "./books.ts";

type Role = "owner" | "admin" | "accountant" | "viewer";

const ruleFields = `id position name version enabled summary hits lastHitAt createdBy warnings { kind message otherRule { name } }
  conditions { texts { field test value } amountMin amountMax currency direction accounts { id } block { id } }
  action { kind category { name } standalone reason clientName }`;
const outcome = `{ __typename ... on MatchingRule { ${ruleFields} } ... on Problem { code message } }`;
const ofInput = outcome.replace(/}$/, "... on InvalidInputProblem { field } }");

export const contains = (value: string) => ({ texts: [{ field: "ANY", test: "CONTAINS", value }] });
export const exclude = { kind: "EXCLUDE", reason: "Bank charges" };
export const fees = { name: "Card fees", conditions: contains("card fee"), action: exclude };

/** One application for a test file, new books for each of its tests, and the API of rules over these. */
export function ruleBooks() {
  const { app, books } = newBooks();

  async function asked(document: string, variables = {}, role: Role = "owner"): Promise<Answer> {
    return ask(app(), viewerIn(books().organisation, role), document, variables);
  }

  /** A mutation's answer. */
  async function change(
    field: string,
    types: string,
    variables: Record<string, unknown>,
    role: Role = "owner",
  ): Promise<Answer["data"]> {
    const args = Object.keys(variables).map((name) => `${name}: $${name}`);
    const answer = "input" in variables ? ofInput : outcome;
    const { data, errors } = await asked(
      `mutation (${types}) { ${field}(${args.join(", ")}) ${answer} }`,
      variables,
      role,
    );
    expect(errors).toEqual([]);
    return data[field];
  }

  const create = (input: object, role: Role = "owner") =>
    change("createRule", "$input: RuleInput!", { input }, role);
  const update = (id: string, input: object) =>
    change("updateRule", "$id: ID!, $input: RuleInput!", { id, input });
  const move = (id: string, position: number) =>
    change("moveRule", "$id: ID!, $position: Int!", { id, position });
  const enable = (id: string, enabled: boolean) =>
    change("setRuleEnabled", "$id: ID!, $enabled: Boolean!", { id, enabled });
  const archive = (id: string) => change("archiveRule", "$id: ID!", { id });

  async function rules(role: Role = "viewer"): Promise<Answer["data"][]> {
    const { data, errors } = await asked(`{ matchingRules { ${ruleFields} } }`, {}, role);
    expect(errors).toEqual([]);
    return data.matchingRules;
  }

  async function preview(
    variables: Record<string, unknown>,
    role: Role = "owner",
  ): Promise<Answer> {
    return asked(
      `query ($id: ID, $position: Int, $conditions: RuleConditionsInput!, $action: RuleActionInput!) {
        previewRule(id: $id, position: $position, conditions: $conditions, action: $action) {
          matching changing alreadyDecided bounded amount { amount currency }
          sample { transaction { id } effect conflict } warnings { kind message otherRule { name } } } }`,
      variables,
      role,
    );
  }

  async function previewed(variables: Record<string, unknown>): Promise<Answer["data"]> {
    const { data, errors } = await preview(variables);
    expect(errors).toEqual([]);
    return data.previewRule;
  }

  const add = (lines: readonly WorldTransaction[]) =>
    addTransactions(app(), books().organisation.id, books().accountId, lines);

  const read = <Row extends object>(text: string, values: unknown[] = []) =>
    readAsOrganisation(app().database, books().organisation.id, (sql) =>
      sql.query<Row>(text, values),
    );

  const run = () => runMatching(app(), books().organisation.id);

  async function category(name: string): Promise<string> {
    const [row] = await read<{ id: string }>("SELECT id FROM category WHERE name = $1", [name]);
    if (!row) throw new TypeError(`no category ${name}`);
    return row.id;
  }

  async function someCategories(): Promise<[string, string]> {
    const [a, b] = await read<{ name: string }>(
      "SELECT name FROM category WHERE kind = 'expense' ORDER BY name LIMIT 2",
    );
    return [a?.name ?? "", b?.name ?? ""];
  }

  return {
    app,
    books,
    asked,
    create,
    update,
    move,
    enable,
    archive,
    rules,
    preview,
    previewed,
    add,
    read,
    run,
    category,
    someCategories,
  };
}
