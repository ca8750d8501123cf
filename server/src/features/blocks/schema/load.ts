import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { LoadedRowsType } from "../../../graphql/loaded-rows.ts";
import { loadDemands } from "../../documents/load-demands.ts";
import { Conflict, Forbidden, InvalidInput, NotFound } from "../../errors.ts";
import { loadUnits } from "../load-units.ts";
import { registerRowsMax } from "../register-file.ts";

const blockId = { required: true, description: "The block's id." } as const;
const dryRun = {
  required: true,
  defaultValue: false,
  description: "Says what would happen, and does nothing.",
} as const;
const file = `The file's text, up to ${registerRowsMax.toLocaleString("en")} rows.`;

builder.mutationFields((t) => ({
  loadUnits: t.field({
    type: LoadedRowsType,
    errors: { types: [Forbidden, NotFound, InvalidInput, Conflict] },
    description:
      "Loads a block's units and leaseholders from CSV: unit, unit name, leaseholder, surname, email, since; a header in any order, only the unit is needed. What is there by number and name is brought up to date. Loading a file twice changes nothing. Needs open_items:manage.",
    args: {
      blockId: t.arg.id(blockId),
      csv: t.arg.string({ required: true, description: file }),
      dryRun: t.arg.boolean(dryRun),
    },
    resolve: (_root, request, context) => loadUnits(context.app, viewerOf(context), request),
  }),
  loadDemands: t.field({
    type: LoadedRowsType,
    errors: { types: [Forbidden, NotFound, InvalidInput, Conflict] },
    description:
      "Loads a block's demands from CSV: number, unit, leaseholder (left out: the unit's only one), issued, due, amount, currency (left out: the organisation's), description; a header in any order. Days as 2026-12-31 or 31/12/2026. What is there by leaseholder and number is brought up to date; matching follows. Loading a file twice changes nothing. Needs open_items:manage.",
    args: {
      blockId: t.arg.id(blockId),
      csv: t.arg.string({ required: true, description: file }),
      dryRun: t.arg.boolean(dryRun),
    },
    resolve: (_root, request, context) => loadDemands(context.app, viewerOf(context), request),
  }),
}));
