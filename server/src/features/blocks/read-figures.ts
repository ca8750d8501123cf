import type { App } from "../../app.ts";
import type { LocalDate } from "../../core/dates.ts";
import { type Money, money } from "../../core/money.ts";
import { readAsOrganisation } from "../../db/as-organisation.ts";
import { InvalidInput, NotFound } from "../errors.ts";
import { knownIds } from "../ids.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { type FiguresOfCurrency, readFiguresOfBlock } from "./figures.sql.ts";
import { readBlocks } from "./list-blocks.ts";

/** How the lines of a block's accounts stand. Removed lines are no lines; excluded ones moved money all the same. */
export interface BlockFigures {
  readonly transactions: number;
  readonly matched: number;
  readonly unreconciled: number;
  readonly excluded: number;
  /** 0 to 1: the matched share of what is not excluded; 0 where there is nothing. */
  readonly matchRate: number;
  /** By currency; debits without a sign. */
  readonly credits: readonly Money[];
  readonly debits: readonly Money[];
  readonly net: readonly Money[];
  readonly lastImportId: string | null;
  readonly lastImportOn: LocalDate | null;
}

/**
 * @param request.blockId null for all blocks together
 * @throws Forbidden, NotFound, InvalidInput
 */
export async function readBlockFigures(
  app: App,
  viewer: Viewer,
  request: { blockId: string | null; from: LocalDate | null; to: LocalDate | null },
): Promise<BlockFigures> {
  authorise(viewer, "transactions:read");
  const { from, to } = request;
  if (from !== null && to !== null && to < from) {
    throw new InvalidInput("The period ends before it begins.", "to");
  }
  const [blockId = null] = request.blockId === null ? [] : knownIds([request.blockId], "block");
  const rows = await readAsOrganisation(app.database, viewer.organisationId, async (sql) => {
    if (blockId !== null && !(await readBlocks(sql, [blockId])).has(blockId)) {
      throw new NotFound("block");
    }
    return readFiguresOfBlock(sql, { blockId, from, to });
  });
  const { sums, lastImportId, lastImportOn } = rows;
  const total = (field: "transactions" | "matched" | "unreconciled" | "excluded") =>
    Number(sums.reduce((sum, each) => sum + each[field], 0n));
  const amounts = (of: (each: FiguresOfCurrency) => bigint) =>
    sums.map((each) => money(of(each), each.currency));
  const [transactions, matched, excluded] = [
    total("transactions"),
    total("matched"),
    total("excluded"),
  ];
  return {
    transactions,
    matched,
    unreconciled: total("unreconciled"),
    excluded,
    matchRate: transactions > excluded ? matched / (transactions - excluded) : 0,
    credits: amounts(({ creditMinor }) => creditMinor),
    debits: amounts(({ debitMinor }) => debitMinor),
    net: amounts(({ creditMinor, debitMinor }) => creditMinor - debitMinor),
    lastImportId,
    lastImportOn,
  };
}
