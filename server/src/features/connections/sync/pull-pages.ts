import type { App } from "../../../app.ts";
import { utcDay } from "../../../core/dates.ts";
import { asOrganisation } from "../../../db/as-organisation.ts";
import { emit } from "../../../events/emit.ts";
import {
  ProviderFailure,
  type ProviderPage,
  type RowProblem,
  type WholeRange,
} from "../../../providers/provider.ts";
import type { SyncAttempt } from "./attempt.ts";
import { restartLoop, saveLoop } from "./loop.ts";
import { ChangeBuffer } from "./staging.ts";

/** Rows in memory before they are staged. */
const bufferRowsMax = 5_000;
/** How often a feed may change under one attempt before it is given a rest. */
const restartsMax = 5;
const progressMs = 250;
/** A thousand accounts, pending and booked. */
const wholeRangesMax = 2_000;
const unreadIdsMax = 1_000;

export type PullOutcome =
  /** The last page is read. What is not staged yet is in `buffer`, and `loop.nextCursor` is the cursor to store. */
  | { readonly kind: "complete"; readonly buffer: ChangeBuffer; readonly settled: boolean }
  /** As many pages as one attempt may read; they are staged, and the next attempt reads on. */
  | { readonly kind: "bounded" }
  | { readonly kind: "not_ready" };

/**
 * Reads the provider's pages, the next one while the last is being staged.
 * @throws ProviderFailure, Overtaken
 */
export async function pullPages(app: App, attempt: SyncAttempt): Promise<PullOutcome> {
  const { loop } = attempt;
  const buffer = new ChangeBuffer();
  const progress = new Progress(app, attempt);
  let restarts = 0;
  let page = fetchNext(app, attempt);
  for (let pages = 0; pages < app.config.syncPagesMax; pages += 1) {
    const read = await page;
    if (read.kind === "not_ready") return { kind: "not_ready" };
    if (read.kind === "restart") {
      restarts += 1;
      if (restarts > restartsMax) throw feedKeepsChanging();
      buffer.clear();
      await write(app, attempt, (tx) => restartLoop(tx, loop));
      progress.reset();
      page = fetchNext(app, attempt);
      continue;
    }
    buffer.add(read);
    progress.count(read);
    advance(attempt, read);
    if (!read.hasMore) return { kind: "complete", buffer, settled: read.settled };
    page = fetchNext(app, attempt);
    if (buffer.size >= bufferRowsMax) await stage(app, attempt, buffer);
    await progress.tell();
  }
  await stage(app, attempt, buffer);
  return { kind: "bounded" };
}

function fetchNext(app: App, attempt: SyncAttempt): Promise<ProviderPage> {
  const { provider, credential, loop, connection } = attempt;
  const page = provider.fetchPage(credential, {
    cursor: loop.nextCursor,
    daysOfHistory: connection.historyDays,
    today: utcDay(app.now()),
    rereadFrom: loop.rereadFrom,
    // Never one account alone: the cursor stands for all, and would pass over what the others have.
    accountExternalId: null,
  });
  // It is awaited later, or not at all when staging fails first.
  page.catch(() => {});
  return page;
}

function advance({ loop }: SyncAttempt, page: Extract<ProviderPage, { kind: "page" }>): void {
  loop.nextCursor = page.next;
  loop.pages += 1;
  loop.problems += page.problems.length;
  loop.problem ??= page.problems[0]?.message ?? null;
  loop.whole = uniteRanges(loop.whole, page.whole);
  loop.unread = noteUnread(loop.unread, page.problems);
}

/** Told again on each page, a range counts once. */
function uniteRanges(known: WholeRange[], told: readonly WholeRange[]): WholeRange[] {
  if (told.length === 0) return known;
  const key = ({ accountExternalId, rows, from }: WholeRange) =>
    `${rows} ${from} ${accountExternalId}`;
  const united = new Map([...known, ...told].map((range) => [key(range), range]));
  if (united.size > wholeRangesMax) throw tooManyRanges();
  return [...united.values()];
}

/** A row that came and could not be read is not gone. Unnamed, or one of very many, it could be any. */
function noteUnread(known: string[] | null, problems: readonly RowProblem[]): string[] | null {
  if (known === null || problems.length === 0) return known;
  const ids = problems.map(({ externalId }) => externalId).filter((id) => id !== null);
  const all = [...known, ...ids];
  return ids.length < problems.length || all.length > unreadIdsMax ? null : all;
}

async function stage(app: App, attempt: SyncAttempt, buffer: ChangeBuffer): Promise<void> {
  await write(app, attempt, async (tx) => {
    await saveLoop(tx, attempt.loop);
    await buffer.flush(tx, attempt.connection.id);
  });
}

function write(
  app: App,
  { connection }: SyncAttempt,
  work: Parameters<typeof asOrganisation<void>>[2],
): Promise<void> {
  return asOrganisation(app.database, connection.organisationId, work);
}

function feedKeepsChanging(): ProviderFailure {
  return new ProviderFailure({
    kind: "temporary",
    message: "The bank's data kept changing while it was read.",
    detail: `restarted ${restartsMax} times`,
  });
}

function tooManyRanges(): ProviderFailure {
  return new ProviderFailure({
    kind: "temporary",
    message: "The provider's answer cannot be used.",
    detail: `more than ${wholeRangesMax} ranges in one pull`,
  });
}

/** What people see while a long pull runs: counted by page, told a few times a second. */
class Progress {
  readonly #app: App;
  readonly #attempt: SyncAttempt;
  #counts = { pages: 0, added: 0, modified: 0, removed: 0 };
  #toldAt = performance.now();

  constructor(app: App, attempt: SyncAttempt) {
    this.#app = app;
    this.#attempt = attempt;
  }

  count(page: Extract<ProviderPage, { kind: "page" }>): void {
    this.#counts.pages += 1;
    this.#counts.added += page.added.length;
    this.#counts.modified += page.modified.length;
    this.#counts.removed += page.removed.length;
  }

  reset(): void {
    this.#counts = { pages: 0, added: 0, modified: 0, removed: 0 };
  }

  async tell(): Promise<void> {
    if (performance.now() - this.#toldAt < progressMs) return;
    this.#toldAt = performance.now();
    const { connection, run } = this.#attempt;
    await write(this.#app, this.#attempt, async (tx) => {
      await tx.prisma.syncRun.update({
        where: { organisationId_id: { organisationId: tx.organisationId, id: run.id } },
        data: this.#counts,
      });
      emit(tx, { topic: "sync.progressed", connectionId: connection.id, runId: run.id });
    });
  }
}
