/** The behaviour of Codat's control page: plain forms become JSON, and the state is read again every two seconds. */
export const controlScript = `
const $ = (id) => document.getElementById(id);
const el = (name, props = {}, ...children) => { const node = Object.assign(document.createElement(name), props); node.append(...children); return node; };
const say = (text, bad = false) => { $("said").textContent = text; $("said").className = bad ? "bad" : "good"; };
const cell = (...children) => el("td", {}, ...children);
const button = (text, run) => el("button", { className: "small", type: "button", textContent: text, onclick: run });

async function post(name, body) {
  const answer = await fetch("/control/codat/" + name, {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  const value = await answer.json();
  if (answer.ok) say(name + ": done"); else say(value.error, true);
  await refresh();
}

const numeric = new Set(["count", "seconds", "ms", "retry_after", "push_delay_ms"]);
for (const form of document.querySelectorAll("form[data-post]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const body = {};
    for (const [name, value] of new FormData(form)) if (value !== "") body[name] = numeric.has(name) ? Number(value) : value;
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

const modeNames = { strictIds: ["strict_ids", "An id counts once"], idempotency: ["idempotency", "Idempotency keys count"],
  tellsData: ["tells_data", "Push operations tell what was pushed"], syncsByItself: ["syncs_by_itself", "What is written can be read at once"] };

let rendered = "";
async function refresh() {
  const state = await (await fetch("/control/codat/state")).json();
  const companies = state.companies.map((c) => [c.company_id, c.name]);
  const accounts = state.books.flatMap((b) => b.accounts.map((a) => [b.books + " " + a.id, b.organisation + " · " + b.family + " · " + a.code + " " + a.name + " (" + a.lines + ")"]));
  const plain = (names) => names.map((n) => [n, n.replaceAll("_", " ")]);
  const lists = { faults: plain(state.fault_names), bad: plain(state.bad_webhooks), companies: [["", "all companies"], ...companies], "one-company": companies, accounts };
  for (const select of document.querySelectorAll("select[data-fill]")) fill(select, lists[select.dataset.fill]);
  const [books, account] = $("shown").elements.account.value.split(" ");
  const lines = account ? await (await fetch("/control/codat/lines?limit=40&books=" + encodeURIComponent(books) + "&account=" + encodeURIComponent(account))).json() : [];
  $("today").textContent = state.today;
  const signature = JSON.stringify([state, lines]);
  if (signature === rendered) return;
  rendered = signature;
  $("none").hidden = state.companies.some((c) => c.connections.length > 0);
  $("modes").replaceChildren(...Object.entries(modeNames).map(([key, [name, text]]) => {
    const box = el("input", { type: "checkbox", checked: state.modes[key] });
    box.addEventListener("change", () => post("modes", { [name]: box.checked }));
    return el("label", { className: "tick" }, box, " " + text);
  }));
  $("faults").replaceChildren(...state.faults.map((f) => el("tr", {}, cell(f.name.replaceAll("_", " ")), cell(f.calls ?? "any"), cell(f.left === null ? "until its end" : f.left + " ×"), cell(button("Clear", () => post("faults/clear", { id: f.id }))))));
  $("connections").replaceChildren(...state.companies.flatMap((c) => c.connections.map((x) => el("tr", {}, cell(c.name), cell(x.platform_name), cell(x.organisation ?? "–"),
    cell(el("span", { className: x.status === "Linked" ? "good" : "soft", textContent: x.status })),
    cell(...x.accounts.map((a) => el("div", { textContent: a.name + " · " + a.status + (a.taken ? " · " + a.taken + " lines" : "") }))),
    cell(...(x.status === "Linked"
      ? [button("Deauthorise", () => post("connections/trouble", { connection_id: x.connection_id, status: "Deauthorized" })), " ", button("Unlink", () => post("connections/trouble", { connection_id: x.connection_id, status: "Unlinked" })), " ",
         ...x.accounts.filter((a) => a.status === "connected").flatMap((a) => [button("Disconnect " + a.name, () => post("accounts/disconnect", { connection_id: x.connection_id, account_id: a.id })), " "])]
      : x.status === "PendingAuth" ? [] : [button("Give back", () => post("connections/trouble", { connection_id: x.connection_id, status: "Linked" }))]))))));
  $("pushes").replaceChildren(...state.pushes.map((p) => el("tr", {}, cell(new Date(p.at).toLocaleTimeString()), cell(p.data_type), cell(String(p.lines)),
    cell(el("span", { className: p.status === "Success" ? "good" : p.status === "Pending" ? "soft" : "bad", textContent: p.status }), p.status === "TimedOut" ? (p.written ? " (written)" : " (not written)") : ""),
    cell([...new Set(p.errors.map((e) => e.message))].join(" ")))));
  $("lines").replaceChildren(...lines.reverse().map((l) => el("tr", {}, cell(l.date), cell(l.description), cell(el("code", { textContent: l.pushed_as ?? "" })), el("td", { className: "num", textContent: l.amount.toFixed(2) }),
    cell(button("Change", () => { const amount = prompt("New amount", l.amount); if (amount !== null) post("lines/change", { line_id: l.id, amount }); }), " ",
      button("Delete", () => post("lines/delete", { line_id: l.id })), " ", button("Double", () => post("lines/double", { line_id: l.id }))))));
}

const tick = () => refresh().catch(() => say("the sandbox does not answer", true)).finally(() => setTimeout(tick, 2000));
tick();
`;
