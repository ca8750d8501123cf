import {
  Client,
  type CombinedError,
  fetchExchange,
  mapExchange,
  subscriptionExchange,
} from "@urql/core";
import { type CacheExchangeOpts, cacheExchange } from "@urql/exchange-graphcache";
import { possibleTypes } from "../generated/possible-types.ts";
import { connectionRefused } from "./live-state.svelte.ts";
import { subscribeWithCursor } from "./live-transport.ts";

/**
 * The one client. A normalised cache pays here because most news arrives as entities, through
 * subscriptions and mutation results: every list that shows a bank connection or an open item
 * follows without a line of its own.
 */
export const api = new Client({
  url: "/graphql",
  preferGetMethod: false,
  requestPolicy: "cache-and-network",
  fetchOptions: { credentials: "same-origin" },
  exchanges: [
    mapExchange({ onError: leaveIfSignedOut }),
    cacheExchange({ possibleTypes, keys: singletonsAndValues() }),
    fetchExchange,
    subscriptionExchange({ forwardSubscription: subscribeWithCursor }),
  ],
});

/** The session ended meanwhile: for the screen it is the same as a refused live connection. */
function leaveIfSignedOut(error: CombinedError): void {
  if (error.graphQLErrors.some(({ extensions }) => extensions.code === "NOT_SIGNED_IN")) {
    connectionRefused();
  }
}

/** Types without an id: one of a kind for this session, or values that live in their parent. */
function singletonsAndValues(): NonNullable<CacheExchangeOpts["keys"]> {
  const value = () => null;
  const values = [
    "Money",
    "CurrencyTotal",
    "CashFlowMonth",
    "Provider",
    "Permission",
    "ViewerOrganisation",
    "CreatedApiKey",
    "StartedBankConnection",
    "CategorisedTransactions",
    "BulkLoadedOpenItems",
    "BulkLoadProblem",
    "ConfirmedMatch",
    "VoidedMatch",
    "MatchCandidate",
    "WhyNot",
    "WhyNotWinner",
    "WhyNotProfile",
    "Evidence",
    "WebhookTally",
    "PageInfo",
    "BankTransactionsChanged",
    "BankConnectionChanged",
    "SyncProgressed",
    "MatchesChanged",
    "DashboardChanged",
    "AnnouncementsUpdate",
    "BalancePoint",
    "StatementMonth",
    "Holiday",
    "CalendarCountry",
    "LedgerAccountImport",
    "LedgerImportProblem",
    "ImportStatement",
    "ImportFailure",
    "ImportProblem",
    "ImportUndoPreview",
    "RunProfile",
    "MatchingChanged",
    "UndoPreview",
    "UndoneDecisions",
    "ImportBatchesChanged",
    "CsvReading",
    "CsvLayout",
    "CsvPreviewRow",
    "RecognisedSource",
    "RecognisedLine",
    "BalanceCheck",
    "BlockFigures",
    "RuleConditions",
    "RuleAction",
    "RuleText",
    "RuleWarning",
    "RulePreview",
    "RulePreviewLine",
    "ProfileDefinition",
    "ProfileResiduals",
    "ProfileVersion",
    "ProfileFieldProblem",
    "SignalPoints",
    "RowProblem",
    "LoadedRows",
    "ReplaySubject",
    "ReplayResult",
    "ReplayFigures",
    "ReplayDifference",
    "DeclinedPair",
    "DeclinedTransfer",
    "PayerRecord",
    "ExchangeRate",
    "MatchingChoice",
    "TransferCandidate",
    "TransferEvidence",
    ...possibleTypes.Problem,
    ...Object.values(possibleTypes)
      .flat()
      .filter((name) => name.endsWith("Problem")),
  ];
  return {
    ...Object.fromEntries(values.map((name) => [name, value])),
    Viewer: () => "current",
    MatchingChoice: ({ family }) => String(family),
    Dashboard: () => "current",
    BusinessCalendar: () => "current",
  };
}
