import { toMinor } from "../world/money.ts";
import type { Books } from "./books.ts";
import type { Finding, PaymentDraft } from "./facts.ts";
import type { Verdict } from "./validate.ts";

/** Looks a payment through as a package would: it takes no more than a document still wants. */
export function validatePayment(payment: PaymentDraft, books: Books | undefined): Verdict {
  const errors: Finding[] = [];
  const say = (is: boolean, itemId: string, message: string) => {
    if (is) errors.push({ itemId, message, validatorName: "Payment" });
  };
  const links = payment.lines.flatMap(({ links }) => links);
  const documents = links.map(({ id }) => books?.documents.find((one) => one.id === id));
  const currency = payment.currency ?? documents[0]?.currency ?? "";
  const total = toMinor(payment.totalAmount, currency);
  say(total === undefined || total <= 0n, "totalAmount", "The total must be above nothing.");
  const sum = sumOf(
    payment.lines.map(({ amount }) => amount),
    currency,
  );
  say(sum !== total, "lines", "The lines do not sum up to the total.");
  for (const line of payment.lines) {
    const linked = sumOf(
      line.links.map(({ amount }) => amount ?? -line.amount),
      currency,
    );
    const own = toMinor(line.amount, currency);
    const balanced = own !== undefined && linked !== undefined && own + linked === 0n;
    say(!balanced, "lines.links", "A line and what it is linked to must sum up to nothing.");
  }
  const account = books?.account(payment.accountId ?? "");
  say(account === undefined, "accountRef", "The account does not exist.");
  say(
    account !== undefined && account.currency !== currency,
    "accountRef",
    "The account has another currency.",
  );
  for (const [at, document] of documents.entries()) {
    const id = links[at]?.id ?? "";
    const wanted = payment.kind === "payments" ? "invoice" : "bill";
    if (document === undefined || document.kind !== wanted) {
      say(true, id, `There is no such ${wanted}.`);
      continue;
    }
    const amount = -(
      toMinor(links[at]?.amount ?? -(payment.lines[0]?.amount ?? 0), currency) ?? 0n
    );
    const left = document.totalMinor - document.paidMinor;
    say(document.state !== "open", id, "The document cannot be paid.");
    say(document.currency !== currency, id, "The document has another currency.");
    say(
      payment.partyId !== null && payment.partyId !== document.partyId,
      id,
      "The document is another party's.",
    );
    say(amount <= 0n, id, "The amount must be above nothing.");
    say(amount > left, id, "The payment is more than the amount that is due.");
  }
  say(links.length === 0, "lines", "A payment must be linked to what it pays.");
  return { errors, warnings: [] };
}

/** Undefined where one of them is no amount of the currency. */
function sumOf(amounts: readonly number[], currency: string): bigint | undefined {
  return amounts.reduce<bigint | undefined>((sum, amount) => {
    const minor = toMinor(amount, currency);
    return sum === undefined || minor === undefined ? undefined : sum + minor;
  }, 0n);
}
