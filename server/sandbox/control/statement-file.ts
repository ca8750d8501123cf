import type { Sandbox } from "../sandbox.ts";
import {
  printStatements,
  type StatementFile,
  type StatementFormat,
  statementFormats,
} from "../statements/print.ts";
import { account, date, oneOf } from "./fields.ts";

/** The statement that a control request asks for: accounts with commas between them, format, first and last day. */
export function statementFile(sandbox: Sandbox, query: URLSearchParams): StatementFile {
  const today = sandbox.world.clock.today();
  const formats = Object.keys(statementFormats) as StatementFormat[];
  const format = oneOf(query.get("format") ?? "csv", "format", formats);
  const paths = (query.get("account") ?? "").split(",").map((path) => account(sandbox, path).path);
  const to = date(query.get("to"), "to", today);
  const from = date(query.get("from"), "from", `${to.slice(0, 8)}01`);
  return printStatements(sandbox.world, format, paths, { from, to });
}
