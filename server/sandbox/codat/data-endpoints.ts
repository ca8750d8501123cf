import { json } from "../http/exchange.ts";
import type { Books, Snapshot } from "./books.ts";
import {
  type Call,
  company,
  companyBooks,
  connection,
  type Endpoint,
  noContent,
  readBooks,
} from "./call.ts";
import { type Dataset, dataTypes } from "./datasets.ts";
import { page } from "./paging.ts";
import { CodatProblem, problems } from "./problems.ts";
import { instant, toBankAccount, toBankTransaction, toInfo } from "./translate.ts";
import { toDocument } from "./translate-documents.ts";

const data = "/companies/:companyId/data";
const ofConnection = "/companies/:companyId/connections/:connectionId/data";

/** What was fetched from the books, and asking for it to be fetched again. */
export const dataEndpoints: Record<string, Endpoint> = {
  [`GET ${ofConnection}/bankAccounts`]: (call) => {
    const books = readBooks(call, "bankAccounts");
    return page(call.request, call.path, fetched(books).accounts, (one) =>
      toBankAccount(books, one),
    );
  },
  [`GET ${ofConnection}/bankAccounts/:accountId`]: (call) => {
    const books = readBooks(call, "bankAccounts");
    return json(200, toBankAccount(books, account(call, books)));
  },
  [`GET ${ofConnection}/bankAccounts/:accountId/bankTransactions`]: (call) => {
    const books = readBooks(call, "bankTransactions");
    const { id } = account(call, books);
    const lines = fetched(books).lines.get(id) ?? [];
    return page(call.request, call.path, lines, (line) => toBankTransaction(id, line), {
      unchanging: true,
    });
  },
  [`GET ${data}/info`]: (call) => json(200, toInfo(companyBooks(call, "company"))),
  [`GET ${data}/invoices`]: (call) => documents(call, "invoice"),
  [`GET ${data}/invoices/:documentId`]: (call) => document(call, "invoice"),
  [`GET ${data}/bills`]: (call) => documents(call, "bill"),
  [`GET ${data}/bills/:documentId`]: (call) => document(call, "bill"),
  [`POST ${data}/all`]: (call) => {
    const { companyId, connections } = company(call);
    for (const { connectionId, package: of } of connections) {
      if (of.reads) call.codat.datasets.queue(companyId, connectionId, dataTypes);
    }
    return noContent;
  },
  [`POST ${data}/queue/:dataType`]: queue,
  [`GET ${data}/history`]: (call) => {
    const { companyId } = company(call);
    const found = call.codat.datasets.all.filter((one) => one.companyId === companyId);
    return page(call.request, call.path, found, toDataset);
  },
  [`GET ${data}/history/:datasetId`]: (call) => {
    const { companyId } = company(call);
    const found = call.codat.datasets.all.find(
      (one) => one.id === call.params.datasetId && one.companyId === companyId,
    );
    if (found === undefined) throw problems.notFound(`Data set ${call.params.datasetId}`);
    return json(200, toDataset(found));
  },
  "GET /companies/:companyId/dataStatus": (call) => json(200, dataStatus(call)),
};

function documents(call: Call, kind: "invoice" | "bill") {
  const { documents: all, payments } = fetched(companyBooks(call, `${kind}s`));
  const found = all.filter((one) => one.kind === kind);
  return page(call.request, call.path, found, (one) => toDocument(one, payments));
}

function document(call: Call, kind: "invoice" | "bill") {
  const { documents: all, payments } = fetched(companyBooks(call, `${kind}s`));
  const found = all.find((one) => one.kind === kind && one.id === call.params.documentId);
  if (found === undefined) throw problems.notFound(`Record ${call.params.documentId}`);
  return json(200, toDocument(found, payments));
}

function fetched({ snapshot }: Books): Snapshot {
  if (snapshot === null) throw problems.notSynced();
  return snapshot;
}

function account({ params }: Call, books: Books) {
  const id = params.accountId ?? "";
  const found = fetched(books).accounts.find((one) => one.id === id);
  if (found === undefined) throw problems.account(id);
  return found;
}

function queue(call: Call) {
  const { companyId, connections } = company(call);
  const { params, request, codat } = call;
  const dataType = dataTypes.find((one) => one === params.dataType);
  if (dataType === undefined) throw problems.dataType(params.dataType ?? "", "any");
  const given = request.query.get("connectionId");
  const reading = connections.filter((one) => one.package.reads);
  const chosen =
    given === null
      ? reading[0]
      : connection({ ...call, params: { ...params, connectionId: given } });
  if (chosen === undefined || !chosen.package.reads) {
    throw problems.dataType(dataType, chosen?.package.name ?? "none");
  }
  if (chosen.status !== "Linked") throw problems.notLinked(chosen.connectionId);
  if (codat.datasets.running(companyId, dataType)) {
    throw new CodatProblem(
      409,
      `DatasetAlreadyInProgressException: Cannot queue ${dataType} for ${companyId}`,
    );
  }
  const [queued] = codat.datasets.queue(companyId, chosen.connectionId, [dataType]);
  return json(200, toDataset(queued as Dataset));
}

function dataStatus(call: Call): object {
  const { companyId, connections } = company(call);
  const synced = connections.flatMap(({ syncedAt }) => syncedAt ?? []);
  const statuses = dataTypes.map((dataType) => {
    const latest = call.codat.datasets.latest(companyId, dataType);
    if (synced.length === 0) return [dataType, { dataType }];
    return [
      dataType,
      {
        dataType,
        lastSuccessfulSync: instant(Math.max(...synced)),
        currentStatus: latest?.completedAt === null ? "Fetching" : "Complete",
        ...(latest === undefined ? {} : { latestSyncId: latest.id }),
        ...(latest?.completedAt ? { latestSuccessfulSyncId: latest.id } : {}),
      },
    ];
  });
  return Object.fromEntries(statuses);
}

function toDataset(one: Dataset): object {
  const { id, companyId, connectionId, dataType, requestedAt, completedAt } = one;
  const done = completedAt !== null;
  return {
    ...{ id, companyId, connectionId, dataType, status: done ? "Complete" : "Fetching" },
    ...{ statusDescription: null, errorMessage: null, requested: instant(requestedAt) },
    ...(done ? { completed: instant(completedAt) } : {}),
    ...{ progress: done ? 100 : 0, isCompleted: done, isErrored: false },
  };
}
