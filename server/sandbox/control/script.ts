/** The control page's behaviour: plain forms become JSON, and the state is read again every two seconds. */
export const controlScript = `
const $ = (id) => document.getElementById(id);
const el = (name, props = {}, ...children) => {
  const node = Object.assign(document.createElement(name), props);
  node.append(...children);
  return node;
};
const say = (text, bad = false) => { $("said").textContent = text; $("said").className = bad ? "bad" : "good"; };

async function post(name, body) {
  const answer = await fetch("/control/" + name, {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  const value = await answer.json();
  if (answer.ok) say(name + ": done"); else say(value.error, true);
  await refresh();
}

const aboutConsent = () => $("about").elements.consent_id.value;
const numeric = new Set(["count", "seconds", "ms", "days", "row", "id", "retry_after"]);
for (const form of document.querySelectorAll("form[data-post]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const body = "about" in form.dataset ? { consent_id: aboutConsent() } : {};
    for (const [name, value] of new FormData(form)) {
      if (value === "") continue;
      body[name] = value === "on" ? true : numeric.has(name) ? Number(value) : value;
    }
    post(form.dataset.post, body);
  });
}
for (const id of ["shown", "about"]) $(id).addEventListener("submit", (event) => event.preventDefault());
$("about").elements.consent_id.addEventListener("change", () => refresh());
$("shown").elements.account.addEventListener("change", () => refresh());

function fill(select, options) {
  const signature = JSON.stringify(options);
  if (select.dataset.signature === signature) return;
  select.dataset.signature = signature;
  const before = select.value;
  select.replaceChildren(...options.map(([value, text]) => el("option", { value, textContent: text })));
  if (options.some(([value]) => value === before)) select.value = before;
}

const button = (text, run) => el("button", { className: "small", type: "button", textContent: text, onclick: run });
const cell = (...children) => el("td", {}, ...children);
const short = (id) => id ? id.slice(0, 6) + "…" : "all";

let rendered = "";
async function refresh() {
  const state = await (await fetch("/control/state")).json();
  const account = $("shown").elements.account.value;
  const rows = account ? await (await fetch("/control/transactions?limit=25&account=" + encodeURIComponent(account))).json() : [];
  $("today").textContent = state.today;
  $("rows").textContent = state.rows.toLocaleString("en");
  $("pace").textContent = state.pace_seconds ? "every " + state.pace_seconds + " s" : "off";
  $("key").textContent = state.key_id;
  const label = (name) => [...state.wires, ...state.platforms].find((w) => w.provider === name)?.label ?? "all";
  const consents = state.consents.map((c) => [c.consent_id, label(c.provider) + " · " + c.institution + " · " + short(c.consent_id)]);
  fill($("about").elements.consent_id, consents);
  const acting = state.consents.find((c) => c.consent_id === aboutConsent());
  const wire = state.wires.find((w) => w.provider === acting?.provider);
  const plain = (names) => (names ?? []).map((n) => [n, n]);
  const lists = {
    accounts: state.accounts.map((a) => [a.account, a.institution + " · " + a.name + " (" + a.currency + ")" + (a.connected ? " ●" : "")]),
    open: [["", "nothing"], ...state.open_items.map((o) => [o.number, o.number + " · " + o.counterparty + " · " + o.left + " " + o.currency + " " + (o.kind === "invoice" ? "in" : "out")])],
    consents, "consents-or-all": [["", "all consents"], ...consents],
    "wires-or-all": [["", "all"], ...[...state.wires, ...state.platforms].map((w) => [w.provider, w.label])],
    fault_names: plain(state.fault_names), bad_webhooks: plain(state.bad_webhooks),
    webhooks: plain(wire?.webhooks), error_codes: plain(wire?.error_codes),
  };
  for (const select of document.querySelectorAll("select[data-fill]")) fill(select, lists[select.dataset.fill]);
  if (!account && $("shown").elements.account.value) return refresh();
  // Redrawn only when something changed, so that the focus stays where it is.
  const signature = JSON.stringify([state.consents, state.faults, state.deliveries, rows]);
  if (signature === rendered) return;
  rendered = signature;
  $("faults").replaceChildren(...state.faults.map((f) => el("tr", {}, cell(f.name), cell(f.consent_id ? short(f.consent_id) : label(f.provider)), cell(f.left === null ? "until its end" : f.left + " ×"), cell(button("Clear", () => post("faults/clear", { id: f.id }))))));
  $("deliveries").replaceChildren(...state.deliveries.slice(0, 40).map((d) => el("tr", {}, cell(new Date(d.at).toLocaleTimeString()), cell(label(d.wire)), cell(d.code), cell(String(d.attempts)), cell(el("span", { className: d.outcome === "delivered" ? "good" : d.outcome === "sending" ? "soft" : "bad", textContent: d.outcome + (d.status ? " (" + d.status + ")" : "") })))));
  const trouble = (c, text, what) => [button(text, () => post("consents/trouble", { consent_id: c.consent_id, trouble: what })), " "];
  $("no-consents").hidden = state.consents.length > 0;
  $("consents").replaceChildren(...state.consents.map((c) => el("tr", {}, cell(label(c.provider)), cell(c.institution), cell(el("code", { textContent: c.consent_id })), cell(c.accounts.map((a) => a.split("/")[1]).join(", ")),
    cell(el("span", { className: c.trouble ? "bad" : c.settled ? "good" : "soft", textContent: c.trouble ? c.trouble.replaceAll("_", " ") : c.settled ? "good" : "collecting" }), c.webhook ? "" : " (no webhooks)"),
    c.trouble ? cell(...trouble(c, "Give back", null)) : cell(...trouble(c, "Require login", "login_required"), ...trouble(c, "Let expire", "consent_expired"), ...trouble(c, "Revoke", "revoked"), ...trouble(c, "Bank down", "institution_down")))));
  $("transactions").replaceChildren(...rows.map((r) => el("tr", {}, cell(r.date), cell(r.description, " ", r.pending ? el("span", { className: "pill", textContent: "pending" }) : ""), cell(r.reference ?? ""), cell(r.settles.join(", ")), el("td", { className: "num", textContent: r.amount + " " + r.currency }),
    cell(...(r.pending ? [button("Book", () => post("transactions/book", { row: r.row })), " "] : []),
      button("Change", () => { const amount = prompt("New amount", r.amount); if (amount !== null) post("transactions/modify", { row: r.row, amount }); }), " ",
      button("Remove", () => post("transactions/remove", { row: r.row }))))));
}

const tick = () => refresh().catch(() => say("the sandbox bank does not answer", true)).finally(() => setTimeout(tick, 2000));
tick();
`;
