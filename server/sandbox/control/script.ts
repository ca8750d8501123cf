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

const numeric = new Set(["count", "seconds", "ms", "days", "row", "id"]);
for (const form of document.querySelectorAll("form[data-post]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const body = {};
    for (const [name, value] of new FormData(form)) {
      if (value === "") continue;
      body[name] = value === "on" ? true : numeric.has(name) ? Number(value) : value;
    }
    post(form.dataset.post, body);
  });
}
$("shown").addEventListener("submit", (event) => event.preventDefault());
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
  const items = state.items.map((i) => [i.item_id, i.institution + " · " + short(i.item_id)]);
  const lists = {
    accounts: state.accounts.map((a) => [a.account, a.institution + " · " + a.name + " (" + a.currency + ")" + (a.connected ? " ●" : "")]),
    open: [["", "nothing"], ...state.open_items.map((o) => [o.number, o.number + " · " + o.counterparty + " · " + o.left + " " + o.currency + " " + (o.kind === "invoice" ? "in" : "out")])],
    items, "items-or-all": [["", "all items"], ...items],
    fault_names: state.fault_names.map((n) => [n, n]), webhook_codes: state.webhook_codes.map((n) => [n, n]),
    misbehaviours: state.misbehaviours.map((n) => [n, n]),
  };
  for (const select of document.querySelectorAll("select[data-fill]")) fill(select, lists[select.dataset.fill]);
  if (!account && $("shown").elements.account.value) return refresh();
  // Redrawn only when something changed, so that the focus stays where it is.
  const signature = JSON.stringify([state.items, state.faults, state.deliveries, rows]);
  if (signature === rendered) return;
  rendered = signature;
  $("faults").replaceChildren(...state.faults.map((f) => el("tr", {}, cell(f.name), cell(short(f.consent_id)), cell(f.left === null ? "until its end" : f.left + " ×"), cell(button("Clear", () => post("faults/clear", { id: f.id }))))));
  $("deliveries").replaceChildren(...state.deliveries.slice(0, 12).map((d) => el("tr", {}, cell(new Date(d.at).toLocaleTimeString()), cell(d.code), cell(String(d.attempts)), cell(el("span", { className: d.outcome === "delivered" ? "good" : d.outcome === "sending" ? "soft" : "bad", textContent: d.outcome + (d.status ? " (" + d.status + ")" : "") })))));
  $("items").replaceChildren(...state.items.map((i) => el("tr", {}, cell(i.institution), cell(el("code", { textContent: i.item_id })), cell(i.accounts.map((a) => a.account.split("/")[1]).join(", ")), cell(i.stage), cell(el("span", { className: i.trouble ? "bad" : "good", textContent: i.trouble ?? "good" })),
    cell(button("Require login", () => post("faults", { name: "login_required", item_id: i.item_id })), " ", button("Repair", () => post("items/repair", { item_id: i.item_id })), " ", button("Revoke", () => post("items/revoke", { item_id: i.item_id }))))));
  $("transactions").replaceChildren(...rows.map((r) => el("tr", {}, cell(r.date), cell(r.description, " ", r.pending ? el("span", { className: "pill", textContent: "pending" }) : ""), cell(r.reference ?? ""), cell(r.settles.join(", ")), el("td", { className: "num", textContent: r.amount + " " + r.currency }),
    cell(...(r.pending ? [button("Book", () => post("transactions/book", { row: r.row })), " "] : []),
      button("Change", () => { const amount = prompt("New amount", r.amount); if (amount !== null) post("transactions/modify", { row: r.row, amount }); }), " ",
      button("Remove", () => post("transactions/remove", { row: r.row }))))));
}

const tick = () => refresh().catch(() => say("the sandbox bank does not answer", true)).finally(() => setTimeout(tick, 2000));
tick();
`;
