import { afterAll, describe, expect, it } from "vitest";
import {
  createLink,
  goodLogin,
  linkReady,
  openBank,
  openReceiver,
  problemFrom,
  see,
  submit,
} from "./bank.ts";

const { bank, plaid } = await openBank();
afterAll(() => bank.close());
const back = "http://127.0.0.1:9/back?state=s";

async function session(linkToken: string) {
  const { data } = await plaid.linkTokenGet({ link_token: linkToken });
  return data.link_sessions?.at(-1);
}

async function walkToAccounts(page: string, institution = "ins_900101") {
  await see(page);
  await submit(page, { institution });
  await submit(page, goodLogin);
  await submit(page, { code: "123456" });
}

describe("the hosted sign-in", () => {
  it("leads from the search to a public token for the chosen accounts only", async () => {
    const { linkToken, page } = await createLink(plaid);
    expect((await see(page)).text).toContain("Search for your bank");
    expect((await see(page)).text).toContain("with Plaid");
    expect((await see(`${page}?q=cobalt`)).text).not.toContain("Aldermoor");
    await submit(page, { institution: "ins_900101" });
    expect((await see(page)).text).toContain("User name");
    await submit(page, goodLogin);
    expect((await see(page)).text).toContain("Security code");
    await submit(page, { code: "123456" });
    expect((await see(page)).text).toContain("Business Current");
    await submit(page, { choosing: "yes", account: ["aldermoor/current", "aldermoor/tax"] });
    const consent = (await see(page)).text;
    expect(consent).toContain("Tax Pot");
    expect(consent).not.toContain("Reserve");
    expect(await submit(page, { allow: "yes" })).toBe(back);

    const ended = await session(linkToken);
    expect(ended?.finished_at).toBeTruthy();
    const [added] = ended?.results?.item_add_results ?? [];
    expect(added?.institution?.institution_id).toBe("ins_900101");
    const { data } = await plaid.itemPublicTokenExchange({
      public_token: added?.public_token ?? "",
    });
    const accounts = await plaid.accountsGet({ access_token: data.access_token });
    expect(accounts.data.accounts.map((a) => a.name)).toEqual(["Business Current", "Tax Pot"]);
    expect(accounts.data.accounts.map((a) => a.account_id)).toEqual(
      added?.accounts.map((a) => a.id),
    );
    const again = problemFrom(
      plaid.itemPublicTokenExchange({ public_token: added?.public_token ?? "" }),
    );
    expect((await again).code).toBe("INVALID_PUBLIC_TOKEN");
  });

  it("refuses a wrong password, a wrong code and an empty choice, and goes on after the right one", async () => {
    const { page } = await createLink(plaid);
    await see(page);
    await submit(page, { institution: "ins_900104" });
    await submit(page, { user: "user_good", password: "wrong" });
    expect((await see(page)).text).toContain("password is not right");
    await submit(page, goodLogin);
    await submit(page, { code: "000000" });
    expect((await see(page)).text).toContain("code is not right");
    await submit(page, { code: "123 456" });
    await submit(page, { choosing: "yes" });
    expect((await see(page)).text).toContain("at least one account");
  });

  it("locks after too many attempts, even for the right password", async () => {
    const { page } = await createLink(plaid, { institution_id: "ins_900101" });
    await see(page);
    for (let i = 0; i < 6; i++) await submit(page, { user: "user_good", password: "wrong" });
    await submit(page, goodLogin);
    expect((await see(page)).text).toContain("Too many attempts");
  });

  it("does not take a form that was sent twice for a wrong answer to the next step", async () => {
    const { page } = await createLink(plaid, { institution_id: "ins_900101" });
    await see(page);
    await submit(page, goodLogin);
    await submit(page, goodLogin);
    const { text } = await see(page);
    expect(text).toContain("Security code");
    expect(text).not.toContain('role="alert"');
  });

  it("can be left at every step, says so, and can be begun again", async () => {
    const steps = [
      {},
      { institution: "ins_900101" },
      goodLogin,
      { code: "123456" },
      { choosing: "yes", account: "aldermoor/current" },
    ];
    for (let reached = 0; reached < steps.length; reached++) {
      const { linkToken, page } = await createLink(plaid);
      await see(page);
      for (const form of steps.slice(1, reached + 1))
        await submit(page, form as Record<string, string>);
      expect(await submit(page, { action: "cancel" })).toBe(back);
      const ended = await session(linkToken);
      expect(ended?.exit).toBeTruthy();
      expect(ended?.results ?? null).toBeNull();
      expect((await see(page)).text).toContain("Search for your bank");
    }
  });

  it("tells the webhook address how it ended", async () => {
    const { url, received } = await openReceiver();
    const { linkToken, page } = await createLink(plaid, { webhook: url });
    await see(page);
    await submit(page, { action: "cancel" });
    await walkToAccounts(page);
    await submit(page, { choosing: "yes", account: "aldermoor/tax" });
    await submit(page, { allow: "yes" });
    await bank.idle();
    expect(received.map(({ body }) => [body.webhook_code, body.status])).toEqual([
      ["SESSION_FINISHED", "EXITED"],
      ["SESSION_FINISHED", "SUCCESS"],
    ]);
    const publicToken = (await session(linkToken))?.results?.item_add_results[0]?.public_token;
    expect(received[1]?.body.public_token).toBe(publicToken);
  });

  it("goes straight to the institution's sign-in in update mode, and heals the item", async () => {
    const { accessToken } = await linkReady(bank, plaid, "ins_900104");
    await plaid.sandboxItemResetLogin({ access_token: accessToken });
    expect((await problemFrom(plaid.transactionsSync({ access_token: accessToken }))).code).toBe(
      "ITEM_LOGIN_REQUIRED",
    );
    const { linkToken, page } = await createLink(plaid, {
      products: undefined,
      access_token: accessToken,
    });
    expect((await see(page)).text).toContain("Cobalt Ridge Bank");
    await submit(page, goodLogin);
    await submit(page, { code: "123456" });
    expect((await see(page)).text).toContain("Allow access?");
    expect(await submit(page, { allow: "yes" })).toBe(back);
    const ended = await session(linkToken);
    expect(ended?.results?.item_add_results).toEqual([]);
    const { data } = await plaid.itemGet({ access_token: accessToken });
    expect(data.item.error).toBeNull();
  });

  it("expires after four hours, or half an hour in update mode", async () => {
    const own = await openBank();
    const { accessToken } = await linkReady(own.bank, own.plaid, "ins_900106");
    const made = Date.now();
    const add = await own.plaid.linkTokenCreate({
      client_name: "T",
      language: "en",
      country_codes: ["GB" as never],
      user: { client_user_id: "u" },
      products: ["transactions" as never],
      hosted_link: {},
    });
    const update = await own.plaid.linkTokenCreate({
      client_name: "T",
      language: "en",
      country_codes: ["GB" as never],
      user: { client_user_id: "u" },
      access_token: accessToken,
    });
    const minutes = (expiration: string) => Math.round((Date.parse(expiration) - made) / 60_000);
    expect(minutes(add.data.expiration)).toBe(240);
    expect(minutes(update.data.expiration)).toBe(30);
    own.bank.sandbox.world.clock.move(1);
    expect((await see(add.data.hosted_link_url ?? "")).status).toBe(410);
    await own.bank.close();
  });

  it("serves pages that load nothing from elsewhere and escape what they show", async () => {
    const { page } = await createLink(plaid, { client_name: "<b>Evil</b>" });
    const answer = await fetch(`${page}?q=%3Cscript%3E`);
    const text = await answer.text();
    expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(text).not.toContain("<b>Evil");
    expect(text).not.toContain('value="<script>');
    expect(text).not.toMatch(/(src|href)="https?:/);
  });
});
