/** The hosted pages' looks. `--brand` is the institution's colour, or the sandbox's own before one is chosen. */
export const linkStyle = `
:root { color-scheme: light dark; --brand: #334155; --on-brand: #fff;
  --page: #eef1f5; --card: #fff; --text: #16202e; --soft: #526073; --line: #8593a6; --rule: #dde3ea;
  --field: #fff; --hint: #f1f5f9; --bad: #a3231b; --bad-back: #fdeceb; --accent: var(--brand); }
@media (prefers-color-scheme: dark) { :root { --page: #0d1219; --card: #171e28; --text: #e8edf3;
  --soft: #a5b1c0; --line: #6b7a8e; --rule: #2a3442; --field: #10161f; --hint: #1e2733;
  --bad: #ffb0a8; --bad-back: #3b1a1a; --accent: color-mix(in srgb, var(--brand) 45%, #fff); } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; background: var(--page); color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  display: flex; flex-direction: column; align-items: center; padding: clamp(0px, 4vw, 48px) 0; }
main { width: min(100%, 440px); background: var(--card); border-radius: 14px; overflow: hidden;
  box-shadow: 0 1px 2px #0002, 0 12px 40px -12px #0004; }
@media (max-width: 480px) { main { border-radius: 0; min-height: 100vh; } body { padding: 0; } }
.band { background: var(--brand); color: var(--on-brand); padding: 20px 24px; display: flex; gap: 14px; align-items: center; }
.band b { display: block; font-size: 1.1rem; line-height: 1.25; }
.band span { font-size: .85rem; opacity: .92; }
.mark { flex: none; width: 44px; height: 44px; border-radius: 12px; display: grid; place-items: center;
  font-weight: 700; font-size: 1.15rem; background: #fff; color: var(--brand); }
.steps { display: flex; gap: 6px; padding: 14px 24px 0; margin: 0; list-style: none; }
.steps li { flex: 1; height: 4px; border-radius: 2px; background: var(--rule); }
.steps li.past { background: var(--accent); }
.content { padding: 18px 24px 24px; }
h1 { font-size: 1.3rem; line-height: 1.3; margin: 0 0 6px; }
a { color: var(--accent); font-weight: 600; }
p { margin: 0 0 14px; } .soft { color: var(--soft); font-size: .925rem; }
label.field { display: block; font-weight: 600; margin: 14px 0 4px; font-size: .925rem; }
input[type=text], input[type=password], input[type=search] { width: 100%; padding: 11px 12px; font: inherit;
  color: inherit; background: var(--field); border: 1px solid var(--line); border-radius: 8px; }
input.code { letter-spacing: .4em; font-size: 1.25rem; font-variant-numeric: tabular-nums; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
button { font: inherit; cursor: pointer; border-radius: 8px; padding: 11px 16px; border: 1px solid transparent; }
button.main { width: 100%; margin-top: 20px; background: var(--brand); color: var(--on-brand); font-weight: 650; }
button.main:hover { filter: brightness(1.12); }
button.plain { background: none; color: var(--text); border-color: var(--line); }
button.plain:hover { background: var(--hint); }
.foot { display: flex; justify-content: space-between; gap: 10px; padding: 14px 24px 20px; border-top: 1px solid var(--rule); }
.complaint { background: var(--bad-back); color: var(--bad); border-radius: 8px; padding: 10px 12px; margin: 0 0 12px; font-weight: 550; }
.hint { background: var(--hint); border-radius: 8px; padding: 10px 12px; margin: 16px 0 0; font-size: .9rem; }
.hint code { font: 600 .95em ui-monospace, Menlo, monospace; }
ul.banks, ul.accounts { list-style: none; margin: 14px 0 0; padding: 0; display: grid; gap: 8px; }
ul.banks button { width: 100%; text-align: left; display: flex; gap: 12px; align-items: center; padding: 10px 12px;
  background: var(--card); color: var(--text); border-color: var(--rule); }
ul.banks button:hover { border-color: var(--line); background: var(--hint); }
ul.banks .mark { background: var(--brand); color: #fff; width: 38px; height: 38px; font-size: 1rem; }
ul.banks small { display: block; color: var(--soft); }
ul.accounts label { display: flex; gap: 12px; align-items: center; padding: 12px; border: 1px solid var(--rule); border-radius: 10px; cursor: pointer; }
ul.accounts label:has(:checked) { border-color: var(--accent); background: var(--hint); }
ul.accounts input { width: 20px; height: 20px; flex: none; accent-color: var(--brand); }
ul.accounts span { flex: 1; } ul.accounts small { display: block; color: var(--soft); }
.amount { font-variant-numeric: tabular-nums; white-space: nowrap; flex: none !important; }
dl { margin: 14px 0 0; } dt { font-weight: 600; font-size: .925rem; margin-top: 12px; } dd { margin: 2px 0 0; color: var(--soft); }
.note { margin: 14px auto 24px; color: var(--soft); font-size: .8rem; max-width: 420px; text-align: center; padding: 0 16px; }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
[hidden] { display: none !important; }
`;
