import * as field from "../control/fields.ts";
import { ControlProblem } from "../control/fields.ts";
import type { Platform } from "../platforms/platform.ts";
import type { CodatSandbox } from "./codat-sandbox.ts";
import { type CallKind, type CodatFaultName, codatFaultNames, type FaultPlan } from "./faults.ts";

type Body = Record<string, unknown>;

/** Failures: set one by one, or drawn by chance from a seed. */
export function faultWrites({ faults, companies }: CodatSandbox): Platform["writes"] {
  return {
    faults: (body) => {
      const companyId = field.optionalString(body.company_id, "company_id") ?? null;
      if (companyId !== null && companies.find(companyId) === undefined) {
        throw new ControlProblem(`no company ${companyId}`);
      }
      const seconds =
        body.seconds === undefined
          ? null
          : field.number(body.seconds, "seconds", { min: 0, max: 86_400 });
      const unbounded = body.count === undefined && seconds !== null;
      return faults.set({
        ...{ name: field.oneOf(body.name, "name", codatFaultNames), companyId },
        calls: callsOf(body.calls),
        left: unbounded
          ? null
          : field.number(body.count, "count", { min: 1, max: 1_000_000, otherwise: 1 }),
        until: seconds === null ? null : Date.now() + seconds * 1_000,
        ...waits(body),
        words: field.optionalString(body.words, "words") ?? null,
        line:
          body.line === undefined ? null : field.number(body.line, "line", { min: 0, max: 999 }),
      });
    },
    "faults/clear": (body) => {
      faults.clear(typeof body.id === "number" ? body.id : undefined);
      return faults.list();
    },
    /** Without a seed: no more of it. */
    plan: (body) => {
      faults.draw(planOf(body));
      return { plan: faults.plan };
    },
  };
}

/** A seeded plan as it is written: `{seed, rates: {cut_after: 0.05}, calls?, ms?, retry_after?}`. */
export function planOf(body: Body): FaultPlan | null {
  const seed = field.optionalString(body.seed, "seed");
  if (seed === undefined) return null;
  const given = typeof body.rates === "object" && body.rates !== null ? body.rates : {};
  const rates = Object.entries(given).map(([name, rate]): [CodatFaultName, number] => [
    field.oneOf(name, "rates", codatFaultNames),
    field.number(rate, name, { min: 0, max: 1 }),
  ]);
  return {
    ...{ seed, rates: Object.fromEntries(rates), calls: callsOf(body.calls) },
    ...waits(body),
  };
}

function waits(body: Body) {
  return {
    ms: field.number(body.ms, "ms", { min: 0, max: 3_600_000, otherwise: 3_000 }),
    retryAfter:
      body.retry_after === undefined || body.retry_after === null
        ? null
        : field.number(body.retry_after, "retry_after", { min: 0, max: 86_400 }),
  };
}

function callsOf(value: unknown): CallKind | null {
  if (value === undefined || value === null || value === "") return null;
  return field.oneOf<CallKind>(value, "calls", ["push", "read", "other"]);
}
