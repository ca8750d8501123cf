import { describe, expect, it, onTestFinished } from "vitest";
import { type Answer, type Codat, type Connected, linked, openCodat } from "./codat-client.ts";

async function openBooks(platformKey = "gbol") {
  const codat = await openCodat();
  onTestFinished(codat.close);
  return { codat, connected: await linked(codat, platformKey) };
}

async function all({ call }: Codat, { base }: Connected, list: string, query = "") {
  const asked = query === "" ? "" : `&query=${encodeURIComponent(query)}`;
  const { body } = await call("GET", `${base}/data/${list}?pageSize=5000${asked}`);
  return body.results as Answer["body"][];
}

/** The target that a payment in pounds is booked on. */
async function bankAccount({ call }: Codat, { own }: Connected) {
  const { body } = await call("GET", `${own}/data/bankAccounts?query=nominalCode=1200`);
  return body.results[0].id as string;
}

async function pay(
  codat: Codat,
  connected: Connected,
  invoice: Answer["body"],
  amount: number,
  more: object = {},
) {
  const body = {
    customerRef: { id: invoice.customerRef.id },
    accountRef: { id: await bankAccount(codat, connected) },
    ...{ totalAmount: amount, currency: invoice.currency, date: "2026-03-18T00:00:00Z" },
    lines: [{ amount, links: [{ type: "Invoice", id: invoice.id, amount: -amount }] }],
    ...more,
  };
  const pushed = await codat.call("POST", `${connected.own}/push/payments`, body);
  await codat.bank.idle();
  const path = `${connected.base}/push/${pushed.body.pushOperationKey}`;
  return (await codat.call("GET", path)).body;
}

describe("documents", () => {
  it("are those that the banks' lines pay", async () => {
    const { codat, connected } = await openBooks();
    const invoices = await all(codat, connected, "invoices");
    const bills = await all(codat, connected, "bills");
    const answer = await fetch(`${codat.bank.url}/control/open-items`);
    const rows = (await answer.json()) as Answer["body"][];
    for (const { number, kind, amount, currency } of rows) {
      const found =
        kind === "invoice"
          ? invoices.find(({ invoiceNumber }) => invoiceNumber === number)
          : bills.find(({ reference }) => reference === number);
      expect(found, number).toMatchObject({ currency, totalAmount: Number(amount) });
    }
    expect(invoices.some(({ invoiceNumber }) => invoiceNumber.startsWith("WS-"))).toBe(true);
  });

  it("are paid where that was long ago, and open where it is still to be matched", async () => {
    const { codat, connected } = await openBooks();
    const invoices = await all(codat, connected, "invoices");
    const statuses = new Set(invoices.map(({ status }) => status));
    expect(statuses).toEqual(new Set(["Paid", "PartiallyPaid", "Submitted", "Draft", "Void"]));
    for (const { status, amountDue, totalAmount, paymentAllocations } of invoices) {
      const paid = paymentAllocations.reduce(
        (sum: number, { allocation }: Answer["body"]) => sum + allocation.totalAmount,
        0,
      );
      expect(amountDue).toBeCloseTo(status === "Void" ? 0 : totalAmount - paid, 2);
    }
    const open = await all(
      codat,
      connected,
      "invoices",
      "amountDue>0&&{status=Submitted||status=PartiallyPaid}",
    );
    expect(open.length).toBeGreaterThan(20);
    expect((await all(codat, connected, "bills", "status=Open")).length).toBeGreaterThan(20);
  });

  it("are there for books alone, under the ids of their package", async () => {
    const { codat, connected } = await openBooks("qhyg");
    const [invoice] = await all(codat, connected, "invoices");
    expect(invoice.id).toMatch(/^\d+$/);
    const one = await codat.call("GET", `${connected.base}/data/invoices/${invoice.id}`);
    expect(one.body).toEqual(invoice);
    expect((await codat.call("GET", `${connected.base}/data/info`)).body.companyName).toBe(
      "Harbour & Vale Ltd",
    );
    const feedsAlone = await openBooks("hcws");
    const path = `${feedsAlone.connected.base}/data/invoices`;
    expect((await feedsAlone.codat.call("GET", path)).status).toBe(404);
  });
});

describe("payments", () => {
  it("lower what is due, to nothing and no further", async () => {
    const { codat, connected } = await openBooks();
    const open = "status=Submitted&&currency=GBP";
    const [invoice] = await all(codat, connected, "invoices", open);
    const half = Math.round(invoice.amountDue * 50) / 100;
    const rest = Math.round((invoice.amountDue - half) * 100) / 100;
    const first = await pay(codat, connected, invoice, half, { reference: "our-id" });
    expect(first).toMatchObject({ status: "Success", dataType: "payments" });
    const path = `${connected.base}/data/invoices/${invoice.id}`;
    expect((await codat.call("GET", path)).body).toMatchObject({
      ...{ status: "PartiallyPaid", amountDue: rest },
    });
    const [payment] = await all(codat, connected, "payments", "reference~our-id");
    expect(payment.id).toBe(first.changes[0].recordRef.id);
    const over = await pay(codat, connected, invoice, rest + 0.01);
    expect([over.status, over.validation.errors[0].message]).toEqual([
      ...["Failed", "The payment is more than the amount that is due."],
    ]);
    expect((await pay(codat, connected, invoice, rest)).status).toBe("Success");
    expect((await codat.call("GET", path)).body).toMatchObject({
      ...{ status: "Paid", amountDue: 0, paidOnDate: "2026-03-18T00:00:00" },
    });
  });

  it("must add up, and be the customer's own", async () => {
    const { codat, connected } = await openBooks();
    const [invoice] = await all(codat, connected, "invoices", "status=Submitted&&currency=GBP");
    const wrong = [
      { totalAmount: 2 },
      { customerRef: { id: "somebody" } },
      { accountRef: { id: "nowhere" } },
      { lines: [{ amount: 1, links: [{ type: "Invoice", id: invoice.id, amount: 1 }] }] },
      { lines: [] },
    ];
    for (const more of wrong) {
      expect((await pay(codat, connected, invoice, 1, more)).status, JSON.stringify(more)).toBe(
        "Failed",
      );
    }
    expect((await pay(codat, connected, invoice, 1)).status).toBe("Success");
  });

  it("of bills go the same way", async () => {
    const { codat, connected } = await openBooks("tgff");
    const [bill] = await all(codat, connected, "bills", "status=Open&&currency=GBP");
    const amount = bill.amountDue;
    const { body } = await codat.call("POST", `${connected.own}/push/billPayments`, {
      supplierRef: { id: bill.supplierRef.id },
      accountRef: { id: await bankAccount(codat, connected) },
      ...{ totalAmount: amount, currency: "GBP", date: "2026-03-18" },
      lines: [{ amount, links: [{ type: "Bill", id: bill.id, amount: -amount }] }],
    });
    expect(body).toMatchObject({ status: "Pending", dataType: "billPayments" });
    await codat.bank.idle();
    const after = (await codat.call("GET", `${connected.base}/data/bills/${bill.id}`)).body;
    expect(after).toMatchObject({ status: "Paid", amountDue: 0 });
  });

  it("are booked in the package itself too", async () => {
    const { codat, connected } = await openBooks();
    const [invoice] = await all(codat, connected, "invoices", "status=Submitted");
    const [{ books }] = (await codat.read("state")).books;
    await codat.say("documents/pay", { books, number: invoice.invoiceNumber });
    const changed = await all(codat, connected, "invoices", `id=${invoice.id}`);
    expect(changed).toMatchObject([{ status: "Paid", amountDue: 0 }]);
    expect(changed[0].modifiedDate > invoice.modifiedDate).toBe(true);
  });
});
