/** A replay from its request to its end: it writes nothing else, is bounded, and survives what may happen to it. */
import { describe, expect, test } from "vitest";
import { asOrganisation, readAsOrganisation } from "../../../server/src/db/as-organisation.ts";
import { ThreadFailed } from "../../../server/src/features/reconciliation/runs/run-in-thread.ts";
import { readReplays } from "../../../server/src/features/replays/match-replay.ts";
import { performReplay } from "../../../server/src/features/replays/perform-replay.ts";
import { replayInThread } from "../../../server/src/features/replays/replay-in-thread.ts";
import { replayMatching } from "../../../server/src/features/replays/replay-matching.ts";
import { type Answer, ask } from "../../support/ask.ts";
import { runJobs } from "../../support/queue.ts";
import { viewerIn } from "../../support/world.ts";
import { openBooks } from "../reconciliation/books.ts";
import { replayBooks } from "./replay-books.ts";

const { app, books, decide, asked, request, requestRule, performed } = replayBooks();

describe("a replay", () => {
  /** All rows of all tables that have an organisation, but of those that tell of the replay itself. */
  const dump = () =>
    asOrganisation(app().database, books().organisation.id, async (tx) => {
      const tables = await tx.query<{ name: string }>(
        `SELECT table_name AS name FROM information_schema.columns
         WHERE table_schema = 'public' AND column_name = 'organisation_id' AND table_name <> 'match_replay'
           AND table_name NOT LIKE '%event%' ORDER BY 1`,
      );
      const rows: Record<string, unknown> = {};
      for (const { name } of tables) {
        rows[name] = await tx.query(`SELECT * FROM "${name}" t ORDER BY t::text`);
      }
      return rows;
    });

  test("changes nothing but its own row", async () => {
    await decide();
    await runJobs(app());
    const begun = [
      await request({ family: "INVOICE", automaticScoreMin: 60, marginPoints: 1 }),
      await requestRule({ conditions: { currency: "GBP" }, action: { kind: "TRANSFER" } }),
    ];
    const before = await dump();
    expect(Object.keys(before).length).toBeGreaterThan(20);
    for (const one of begun) expect((await performed(one)).status).toBe("COMPLETE");
    expect(await dump()).toEqual(before);
  });

  test("tells subscribers when it was asked for and when it has ended", async () => {
    const { id } = await request({ family: "INVOICE" });
    const told = async () =>
      (
        await readAsOrganisation(app().database, books().organisation.id, (sql) =>
          sql.query<{ count: bigint }>(
            `SELECT count(*) FROM event WHERE topic = 'matching.changed' AND payload->'replayIds' ? $1`,
            [id],
          ),
        )
      )[0]?.count;
    expect(await told()).toBe(1n);
    await runJobs(app());
    expect(Number(await told())).toBeGreaterThanOrEqual(2);
  });

  test("comes to the same in a thread, which is bounded in memory", async () => {
    await decide();
    const { id } = await request({ family: "INVOICE" });
    const [replay] = await readAsOrganisation(app().database, books().organisation.id, (sql) =>
      readReplays(sql, [id]),
    );
    if (!replay) throw new TypeError("it was asked for");
    const { subject } = replay;
    const here = await performReplay(app().database, books().organisation.id, subject, () => {});
    const { databaseUrl } = app().config;
    const task = { databaseUrl, organisationId: books().organisation.id, subject };
    const shares: number[] = [];
    expect(await replayInThread(task, (share) => shares.push(share))).toEqual(here);
    expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
    await expect(replayInThread(task, () => {}, { heapMbMax: 4 })).rejects.toBeInstanceOf(
      ThreadFailed,
    );
  });

  test("looks at the newest decisions only, and says so", async () => {
    await decide();
    const { id } = await request({ family: "INVOICE" });
    const [replay] = await readAsOrganisation(app().database, books().organisation.id, (sql) =>
      readReplays(sql, [id]),
    );
    if (!replay) throw new TypeError("it was asked for");
    const few = await performReplay(
      app().database,
      books().organisation.id,
      replay.subject,
      () => {},
      2,
    );
    expect(few).toMatchObject({ bounded: true, decided: 2 });
  });

  test("that dies is begun again, and one that fails for good says so to people", async () => {
    await decide();
    const { id } = await request({ family: "INVOICE" });
    const set = (change: string) =>
      asOrganisation(app().database, books().organisation.id, (tx) =>
        tx.query(`UPDATE match_replay SET ${change} WHERE id = $1`, [id]),
      );
    const [before] = await readAsOrganisation(app().database, books().organisation.id, (sql) =>
      readReplays(sql, [id]),
    );
    const job = { organisationId: books().organisation.id, replayId: id };
    const state = async () =>
      (await asked("query ($id: ID!) { matchReplay(id: $id) { status failure } }", { id }))
        .matchReplay;
    await set(
      `subject = '{"kind": "profile", "family": "invoice", "name": "Broken", "label": "Broken"}', progress = 400`,
    );
    await expect(replayMatching(app(), job)).rejects.toThrow();
    expect(await state()).toEqual({ status: "RUNNING", failure: null });
    await asOrganisation(app().database, books().organisation.id, (tx) =>
      tx.query("UPDATE match_replay SET subject = $2 WHERE id = $1", [
        id,
        JSON.stringify(before?.subject),
      ]),
    );
    await replayMatching(app(), job);
    expect(await state()).toEqual({ status: "COMPLETE", failure: null });
    // Once it has ended, another try does nothing.
    await replayMatching(app(), job);

    const other = await request({ family: "INVOICE" });
    await asOrganisation(app().database, books().organisation.id, (tx) =>
      tx.query(
        `UPDATE match_replay SET subject = '{"kind": "profile", "family": "invoice", "name": "Broken", "label": "Broken"}' WHERE id = $1`,
        [other.id],
      ),
    );
    const last = { organisationId: books().organisation.id, replayId: other.id };
    await expect(replayMatching(app(), last, { last: true })).rejects.toThrow();
    const failed = await asked(
      "query ($id: ID!) { matchReplay(id: $id) { status failure finishedAt } }",
      {
        id: other.id,
      },
    );
    expect(failed.matchReplay).toEqual({
      status: "FAILED",
      failure: "Something went wrong on our side; the log says more.",
      finishedAt: app().now().toISOString(),
    });
  });

  test("is refused while too many are under way, and one that was forgotten is no hindrance", async () => {
    for (let count = 0; count < 5; count += 1) await request({ family: "INVOICE" });
    expect(await request({ family: "INVOICE" })).toMatchObject({ code: "CONFLICT" });
    app().advance(25 * 3_600_000);
    expect(await request({ family: "INVOICE" })).toMatchObject({ status: "RUNNING" });
    const data = await asked("{ matchReplays(first: 10) { status failure } }", {}, "viewer");
    expect(data.matchReplays.map(({ status }: Answer["data"]) => status)).toEqual([
      "RUNNING",
      ...Array.from({ length: 5 }, () => "FAILED"),
    ]);
  });

  test("of another organisation is not there", async () => {
    const { id } = await request({ family: "INVOICE" });
    const stranger = await openBooks(app());
    const { data } = await ask(
      app(),
      viewerIn(stranger.organisation),
      "query ($id: ID!) { matchReplay(id: $id) { id } matchReplays { id } }",
      { id },
    );
    expect(data).toEqual({ matchReplay: null, matchReplays: [] });
  });
});
