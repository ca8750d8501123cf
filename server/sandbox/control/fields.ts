import { isDate } from "../../../prisma/story/calendar.ts";
import type { Item } from "../plaid/items.ts";
import type { PlaidSandbox } from "../plaid/plaid-sandbox.ts";
import type { Sandbox } from "../sandbox.ts";
import type { Wire, WireConsent } from "../wires/wire.ts";
import { toMinor } from "../world/money.ts";
import type { BankRow } from "../world/row.ts";
import type { WorldAccount } from "../world/world.ts";

/** A control request that cannot be done; the message says why. */
export class ControlProblem extends Error {}

export function number(
  value: unknown,
  name: string,
  bounds: { min: number; max: number; otherwise?: number },
): number {
  const { min, max, otherwise } = bounds;
  if ((value === undefined || value === null) && otherwise !== undefined) return otherwise;
  if (typeof value !== "number" || !Number.isFinite(value) || value < min || value > max) {
    throw new ControlProblem(`${name} must be a number from ${min} to ${max}`);
  }
  return value;
}

export function oneOf<T extends string>(value: unknown, name: string, list: readonly T[]): T {
  const found = list.find((element) => element === value);
  if (found === undefined) throw new ControlProblem(`${name} must be one of ${list.join(", ")}`);
  return found;
}

export function optionalString(value: unknown, name: string): string | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value !== "string") throw new ControlProblem(`${name} must be a string`);
  return value;
}

export function date(value: unknown, name: string, otherwise: string): string {
  const text = optionalString(value, name) ?? otherwise;
  if (!isDate(text)) {
    throw new ControlProblem(`${name} must be a date such as 2026-01-31`);
  }
  return text;
}

/** An amount as decimal string, money in positive. */
export function amount(value: unknown, name: string, currency: string): bigint {
  const minor = toMinor(value, currency);
  if (minor === undefined) throw new ControlProblem(`${name} must be a decimal such as "-12.50"`);
  return minor;
}

export function account(sandbox: Sandbox, value: unknown): WorldAccount {
  const found = sandbox.world.accounts.get(String(value));
  if (found === undefined) throw new ControlProblem(`no account ${String(value)}`);
  return found;
}

/** A consent of any wire. */
export function consent(sandbox: Sandbox, value: unknown): { wire: Wire; consent: WireConsent } {
  for (const wire of sandbox.wires) {
    const found = wire.consents().find((one) => one.consentId === value);
    if (found !== undefined) return { wire, consent: found };
  }
  throw new ControlProblem(`no consent ${String(value)}`);
}

export function item(sandbox: PlaidSandbox, value: unknown): Item {
  const found = sandbox.items.all.get(String(value));
  if (found === undefined || found.removed) throw new ControlProblem(`no item ${String(value)}`);
  return found;
}

export function liveRow(sandbox: Sandbox, value: unknown): BankRow {
  const index = number(value, "row", { min: 0, max: sandbox.world.rows.length - 1 });
  if (!Number.isInteger(index)) throw new ControlProblem("row must be a whole number");
  const row = sandbox.world.rows.get(index);
  if (row.removed) throw new ControlProblem(`row ${index} is removed`);
  return row;
}
