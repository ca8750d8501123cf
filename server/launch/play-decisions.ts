import { privatePayer } from "../../prisma/story/workshop.ts";
import type { DemoPerson } from "./demo-person.ts";

/** What the first run leaves to people, and one of them has looked at. Where somebody has decided already, nothing. */
export async function playDecisions(sam: DemoPerson): Promise<void> {
  const { bankTransactions } = await sam.ask(
    "{ bankTransactions(filter: { matchOrigin: MANUAL }) { totalCount } }",
  );
  if (bankTransactions.totalCount > 0) return;
  await nameThePayer(sam);
  await findTheFlat(sam);
  await takeAPart(sam);
  await bookWithoutDocument(sam);
  await leaveOut(sam);
}

/** The first of two payments under a private name: from it the product learns whose they are. */
async function nameThePayer(sam: DemoPerson): Promise<void> {
  const payments = await unmatched(sam, privatePayer.payer);
  const items = await openOf(sam, { search: privatePayer.client });
  const payment = payments.at(-1);
  const item = items.find(({ openAmount }) => openAmount.amount === payment?.openAmount.amount);
  if (payment && item) await confirm(sam, payment, item);
}

/** A household that writes nothing but “service charge”: told by its amount, which nobody else owes. */
async function findTheFlat(sam: DemoPerson): Promise<void> {
  const { blocks } = await sam.ask("{ blocks { id name } }");
  const block = blocks.find(({ name }: { name: string }) => name === "Quayside Court");
  const demands = await openOf(sam, { kinds: ["DEMAND"], blockId: block?.id });
  const payments = await unmatched(sam, "ONLINE", block?.id);
  const payment = payments.at(-1);
  const owed = demands.filter(({ openAmount }) => openAmount.amount === payment?.openAmount.amount);
  if (payment && owed[0] && owed.length === 1) await confirm(sam, payment, owed[0]);
  // Another of its payments is surely not what a neighbour owes.
  const next = payments.at(-2);
  const neighbour = demands.find(({ openAmount }) => near(openAmount.amount, next));
  if (next && neighbour) {
    await sam.ask(
      `mutation ($transactionId: ID!, $openItemId: ID!) {
        declineCandidate(transactionId: $transactionId, openItemId: $openItemId) {
          __typename ... on Problem { message } } }`,
      { transactionId: next.id, openItemId: neighbour.id },
    );
  }
}

/** Somebody pays a part and says so: too far from the amount to be matched by itself, and plain to a person. */
async function takeAPart(sam: DemoPerson): Promise<void> {
  const [newest] = await unmatched(sam, "PART");
  const [candidate] = newest?.candidates ?? [];
  if (newest && candidate) await confirm(sam, newest, candidate.openItem);
}

/** The building's electricity comes without an invoice. */
async function bookWithoutDocument(sam: DemoPerson): Promise<void> {
  const [newest] = await unmatched(sam, "BECKFOOT");
  const { categories } = await sam.ask("{ categories { id name } }");
  const category = categories.find(({ name }: { name: string }) => name === "Utilities");
  if (!newest || !category) return;
  await sam.ask(
    `mutation ($transactionId: ID!, $categoryId: ID!) {
      bookStandalone(transactionId: $transactionId, categoryId: $categoryId) {
        __typename ... on Problem { message } } }`,
    { transactionId: newest.id, categoryId: category.id },
  );
}

async function leaveOut(sam: DemoPerson): Promise<void> {
  const [newest] = await unmatched(sam, "WINDOWS AND GUTTERS");
  if (!newest) return;
  await sam.ask(
    `mutation ($id: ID!, $reason: String!) {
      excludeTransaction(id: $id, reason: $reason) { __typename ... on Problem { message } } }`,
    { id: newest.id, reason: "Paid twice by mistake: Greenbower sends it back" },
  );
}

interface Open {
  readonly id: string;
  readonly openAmount: { readonly amount: string };
}

interface Unmatched extends Open {
  readonly candidates: readonly { readonly openItem: { readonly id: string } }[];
}

/** The newest first, each with what it most likely settles. */
async function unmatched(sam: DemoPerson, search: string, blockId?: string): Promise<Unmatched[]> {
  const { bankTransactions } = await sam.ask(
    `query ($filter: BankTransactionFilter!) {
      bankTransactions(first: 10, filter: $filter) {
        nodes { id openAmount { amount } candidates(first: 1) { openItem { id } } } } }`,
    { filter: { search, statuses: ["UNMATCHED"], ...(blockId !== undefined && { blockId }) } },
  );
  return bankTransactions.nodes;
}

async function openOf(sam: DemoPerson, filter: Record<string, unknown>): Promise<Open[]> {
  const { openItems } = await sam.ask(
    `query ($filter: OpenItemFilter!) {
      openItems(first: 100, filter: $filter) { nodes { id openAmount { amount } } } }`,
    { filter: { statuses: ["OPEN"], ...filter } },
  );
  return openItems.nodes;
}

async function confirm(sam: DemoPerson, payment: Open, item: Pick<Open, "id">): Promise<void> {
  const { amount } = payment.openAmount;
  await sam.ask(
    `mutation ($allocations: [AllocationInput!]!) {
      confirmMatch(allocations: $allocations) { __typename ... on Problem { message } } }`,
    { allocations: [{ transactionId: payment.id, openItemId: item.id, amount }] },
  );
}

/** Within a tenth, and not the same. */
function near(owed: string, payment: Open | undefined): boolean {
  const [a, b] = [Number(owed), Number(payment?.openAmount.amount)];
  return a !== b && Math.abs(a - b) <= a / 10;
}
