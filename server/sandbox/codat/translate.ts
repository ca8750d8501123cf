import type { BookAccount, BookLine, Books } from "./books.ts";
import type { CodatSandbox } from "./codat-sandbox.ts";
import type { Company, Connection, SourceAccount } from "./companies.ts";
import type { PaymentDraft, PushedTransaction } from "./facts.ts";
import type { Push } from "./pushes.ts";

/** A company as the API shows it. */
export function toCompany(codat: CodatSandbox, company: Company): object {
  const { companyId: id, name, description, tags, createdAt, connections } = company;
  const synced = connections.flatMap(({ syncedAt }) => syncedAt ?? []);
  return {
    ...{ id, name, description, platform: "" },
    redirect: `${linkBase(codat)}/company/${id}`,
    ...(synced.length === 0 ? {} : { lastSync: instant(Math.max(...synced)) }),
    ...{ created: instant(createdAt), createdByUserName: null, products: [], tags },
    dataConnections: connections.map((one) => toConnection(codat, one)),
  };
}

export function toConnection(codat: CodatSandbox, connection: Connection): object {
  const { connectionId: id, package: of, sourceId, status, syncedAt, createdAt } = connection;
  return {
    ...{ id, integrationId: of.integrationId, integrationKey: of.key, sourceId },
    ...{ sourceType: of.sourceType, platformName: of.name },
    linkUrl: linkUrl(codat, connection),
    status,
    ...(syncedAt === null ? {} : { lastSync: instant(syncedAt) }),
    created: instant(createdAt),
    dataConnectionErrors: status === "Deauthorized" ? [deauthorized(codat)] : [],
  };
}

/** Where a person authorises it. QuickBooks' feeds have a one-time password in it. */
export function linkUrl(codat: CodatSandbox, connection: Connection): string {
  const { connectionId, company, package: of } = connection;
  const start = `${linkBase(codat)}/companies/${company.companyId}/connections/${connectionId}/start`;
  if (of.key !== "hcws") return start;
  return `${start}?otp=${codat.otps.issue(connectionId, codat.sandbox.world.clock.now())}`;
}

export function linkBase({ sandbox }: CodatSandbox): string {
  return `${sandbox.url}/codat-link`;
}

function deauthorized({ sandbox }: CodatSandbox): object {
  return {
    ...{ statusCode: "401", statusText: "Unauthorized", status: "Active", resolvedOnUtc: null },
    errorMessage: "The authorisation has expired or was revoked.",
    erroredOnUtc: instant(sandbox.world.clock.now()),
  };
}

export function toSourceAccount({ fields, status, modifiedAt, feedStart }: SourceAccount): object {
  return { ...fields, modifiedDate: instant(modifiedAt), status, feedStartDate: feedStart };
}

/** One line of the mapping list. */
export function toMapping(account: SourceAccount, books: Books | undefined, taken: Set<string>) {
  const { fields, targetId, status, feedStart } = account;
  const target = targetId === null ? undefined : books?.account(targetId);
  const options = (books?.fitting(fields) ?? []).filter(({ id }) => !taken.has(id));
  return {
    ...{ sourceAccountId: fields.id, sourceAccountName: fields.accountName },
    ...{ sourceAccountNumber: fields.accountNumber, sourceCurrency: fields.currency },
    sourceBalance: fields.balance,
    ...(target === undefined
      ? {}
      : {
          targetAccountId: target.id,
          targetAccountName: target.name,
          targetAccountNumber: target.number,
        }),
    status,
    ...(feedStart === null ? {} : { feedStartDate: `${feedStart}T00:00:00` }),
    targetAccountOptions: options.map(({ id, name, balance, number }) => {
      return { id, name, balance, sortCode: "", accountNumber: number };
    }),
  };
}

export function toBankAccount({ organisation }: Books, account: BookAccount): object {
  const { id, name, type, code, number, currency, balance, modifiedAt } = account;
  return {
    ...{ id, accountName: name, accountType: type, nominalCode: code, accountNumber: number },
    ...{ sortCode: "", iBan: "", currency, balance, availableBalance: balance, overdraftLimit: 0 },
    ...{ institution: organisation.name, status: "Active", metadata: { isDeleted: false } },
    ...{ modifiedDate: instant(modifiedAt), sourceModifiedDate: instant(modifiedAt) },
  };
}

export function toBankTransaction(accountId: string, line: BookLine): object {
  const modifiedDate = instant(line.modifiedAt);
  return {
    id: line.id,
    accountId,
    clearedOnDate: midnight(line.date),
    description: line.description,
    reconciled: false,
    amount: line.amount,
    balance: line.balance,
    transactionType: line.transactionType,
    counterparty: line.counterparty,
    reference: line.reference,
    modifiedDate,
    sourceModifiedDate: modifiedDate,
  };
}

/** A push operation. @param withData with what was pushed, as the first answer has it */
export function toPush(push: Push, withData: boolean): object {
  const { key, companyId, connectionId, at, timeoutInMinutes, ended, body, recordId } = push;
  const { dataType } = body;
  const recordRef = { ...(recordId === null ? {} : { id: recordId }), dataType };
  return {
    changes: ended === null || ended.status === "Success" ? [{ type: "Created", recordRef }] : [],
    ...(withData ? { data: dataOf(push) } : {}),
    ...{ dataType, companyId, pushOperationKey: key, dataConnectionKey: connectionId },
    requestedOnUtc: instant(at),
    ...(ended === null ? {} : { completedOnUtc: instant(ended.at) }),
    ...{ timeoutInMinutes, timeoutInSeconds: null },
    status: ended?.status ?? "Pending",
    statusCode: ended?.statusCode ?? 202,
    errorMessage: ended?.errorMessage ?? null,
    validation: { errors: ended?.errors ?? [], warnings: ended?.warnings ?? [] },
  };
}

function dataOf({ body }: Push): object {
  switch (body.dataType) {
    case "bankTransactions":
      return { accountId: body.accountId, transactions: body.transactions.map(echo) };
    case "bankAccounts":
      return body.account;
    default:
      return toPaymentData(body.payment);
  }
}

function echo(one: PushedTransaction): object {
  return { ...one, date: one.date.replace(/\.0+(?=Z|$|[+-])/, "") };
}

function toPaymentData(payment: PaymentDraft): object {
  const { partyId, partyName, accountId, totalAmount, currency, date, note, reference } = payment;
  const party =
    payment.kind === "payments"
      ? { customerRef: { id: partyId, companyName: partyName } }
      : { supplierRef: { id: partyId, supplierName: partyName } };
  return {
    ...party,
    ...(accountId === null ? {} : { accountRef: { id: accountId } }),
    ...{ totalAmount, currency, date, note, reference, lines: payment.lines },
  };
}

export function toInfo({ organisation }: Books): object {
  const { name, baseCurrency, country } = organisation;
  return {
    ...{ companyName: name, accountingPlatformRef: name, companyLegalType: "" },
    ...{ addresses: [{ type: "Unknown", country }], phoneNumbers: [], webLinks: [] },
    ...{ registrationNumber: "", taxNumber: "", baseCurrency },
  };
}

export function instant(ms: number): string {
  return new Date(ms).toISOString();
}

/** The day as the API writes a time of no hour. */
export function midnight(day: string): string {
  return `${day}T00:00:00`;
}
