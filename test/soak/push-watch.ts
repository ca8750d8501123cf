/** What a push run sees of the product and of the platform, and how it lets time pass. */
import { type SandboxControl, sandboxControl } from "../support/sandbox-control.ts";
import type { SoakBank } from "./bank-side.ts";
import type { SoakDatabase } from "./product.ts";

/** Longer than what is not found may still come (unsettledMs of the push's operations). */
const passSeconds = 61;
const watchMs = 20;
const minutesMax = 4;

export interface Watch {
  readonly control: SandboxControl;
  /** Until it holds; while nothing moves, time passes. @throws Error after some minutes */
  until(what: string, holds: () => Promise<boolean>, move?: () => Promise<void>): Promise<void>;
  /** Until something else holds, with the clock standing still. */
  seen(what: string, holds: () => Promise<boolean>): Promise<void>;
  /** Counts every change that the product has written down. */
  changes(): Promise<number>;
  /** The key of the push that the platform accepted last. */
  accepted(): Promise<string | null>;
  /** The number of the last batch that was written down. */
  written(): Promise<number>;
  isDone(): Promise<boolean>;
}

export function watchPushes({ admin }: SoakDatabase, bank: SoakBank): Watch {
  const control = sandboxControl(bank.running.url);
  const one = async (sql: string) => (await admin.query(sql)).rows[0];
  const loop = async (what: string, holds: () => Promise<boolean>, idle: () => Promise<void>) => {
    const giveUpAt = performance.now() + minutesMax * 60_000;
    while (!(await holds())) {
      if (performance.now() > giveUpAt) {
        throw new Error(`${what}: not within ${minutesMax} minutes\n${await standing(admin)}`);
      }
      await idle();
      await new Promise((resolve) => setTimeout(resolve, watchMs));
    }
  };
  return {
    control,
    seen: (what, holds) => loop(what, holds, async () => {}),
    until: (what, holds, move) =>
      loop(what, holds, async () => {
        if (!(await isAtRest(admin))) return;
        // What the platform still has to do comes before the time in which it may come is over.
        await bank.running.idle();
        if (!(await letTimePass(admin))) await move?.();
      }),
    changes: async () =>
      (await one("SELECT coalesce(sum(last_seq), 0)::int AS n FROM event_head")).n,
    accepted: async () => {
      const { pushes } = await control.read<{ pushes: { key: string }[] }>("codat/state");
      return pushes[0]?.key ?? null;
    },
    written: async () =>
      (await one("SELECT coalesce(max(number), 0)::int AS n FROM push_operation")).n,
    isDone: async () =>
      (
        await one(
          `SELECT NOT EXISTS (SELECT FROM push_operation WHERE status IN ('sending', 'pending', 'timed_out'))
             AND (SELECT count(*) FROM feed_line WHERE state IN ('pushed', 'confirmed')) =
                 (SELECT count(*) FROM bank_transaction) AS done`,
        )
      ).done,
  };
}

const ofPushes = "t.identifier IN ('pushFeed', 'followPush') AND j.attempts < j.max_attempts";

/** Nobody works on a push, and none is due. */
async function isAtRest(admin: SoakDatabase["admin"]): Promise<boolean> {
  const { rowCount } = await admin.query(
    `SELECT FROM graphile_worker._private_jobs j JOIN graphile_worker._private_tasks t ON t.id = j.task_id
     WHERE ${ofPushes} AND (j.locked_at IS NOT NULL OR j.run_at <= now()) LIMIT 1`,
  );
  return rowCount === 0;
}

/** What is noted for later is due now. @returns false where nothing is */
async function letTimePass(admin: SoakDatabase["admin"]): Promise<boolean> {
  await admin.query(
    `UPDATE push_operation SET unsettled_since = unsettled_since - make_interval(secs => ${passSeconds})
     WHERE unsettled_since IS NOT NULL`,
  );
  const { rowCount } = await admin.query(
    `UPDATE graphile_worker._private_jobs j SET run_at = now() FROM graphile_worker._private_tasks t
     WHERE t.id = j.task_id AND ${ofPushes} AND j.locked_at IS NULL`,
  );
  await admin.query(`SELECT pg_notify('jobs:insert', '{"r":0,"count":1}')`);
  return (rowCount ?? 0) > 0;
}

/** For whoever has to find out why nothing moves. */
async function standing(admin: SoakDatabase["admin"]): Promise<string> {
  const { rows: operations } = await admin.query(
    `SELECT number, status, trigger, sends, looks, problem, retryable, external_key, unsettled_since
     FROM push_operation ORDER BY number DESC LIMIT 5`,
  );
  const { rows: lines } = await admin.query("SELECT state, count(*) FROM feed_line GROUP BY state");
  const { rows: jobs } = await admin.query(
    "SELECT task_identifier, run_at, attempts, last_error, locked_at FROM graphile_worker.jobs",
  );
  return JSON.stringify({ now: new Date(), operations, lines, jobs }, null, 1);
}
