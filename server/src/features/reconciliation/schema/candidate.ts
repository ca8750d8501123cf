import { money } from "../../../core/money.ts";
import { readAsOrganisation } from "../../../db/as-organisation.ts";
import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { MoneyType } from "../../../graphql/money.ts";
import { OpenItemRef } from "../../documents/schema/refs.ts";
import { BankTransactionRef } from "../../transactions/schema/refs.ts";
import { reasonLabel } from "../evidence-labels.ts";
import { candidatesMax, findCandidates, type MatchCandidate } from "../find-candidates.ts";
import { EvidenceType } from "./match.ts";

const MatchCandidateType = builder.objectRef<MatchCandidate>("MatchCandidate").implement({
  description: "An open item that a bank transaction could settle.",
  fields: (t) => ({
    openItem: t.field({
      type: OpenItemRef,
      description: "What it could settle.",
      resolve: ({ openItem }) => openItem,
    }),
    score: t.exposeInt("score", { description: "The evidence's points." }),
    amount: t.field({
      type: MoneyType,
      description: "The most that the transaction can put on it.",
      resolve: ({ amountMinor, currency }) => money(amountMinor, currency),
    }),
    evidence: t.field({
      type: [EvidenceType],
      description: "What speaks for and against it.",
      resolve: ({ evidence }) => [...evidence],
    }),
    reasonNotAutomatic: t.string({
      nullable: true,
      description:
        "Why it was not matched by itself, as a sentence for people; null when the next run will match it.",
      resolve: ({ reasonNotAutomatic }) =>
        reasonNotAutomatic === null ? null : reasonLabel(reasonNotAutomatic),
    }),
  }),
});

builder.objectField(BankTransactionRef, "candidates", (t) =>
  t.field({
    type: [MatchCandidateType],
    description:
      "Open items that it could settle, the best first. None when it is matched, excluded or removed.",
    args: {
      first: t.arg.int({ defaultValue: 5, description: `So many, up to ${candidatesMax}.` }),
    },
    resolve: ({ id, status }, { first }, context) => {
      const countMax = Math.min(Math.max(first ?? 5, 0), candidatesMax);
      if (countMax === 0 || (status !== "unmatched" && status !== "part_matched")) return [];
      return readAsOrganisation(context.app.database, viewerOf(context).organisationId, (sql) =>
        findCandidates(sql, id, countMax),
      );
    },
  }),
);
