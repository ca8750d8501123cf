export const controlStyle = `
:root { color-scheme: light dark; --page:#f3f5f8; --card:#fff; --text:#17202c; --soft:#566375; --rule:#dde3ea; --line:#8794a6; --accent:#24527a; --on:#fff; --bad:#a3231b; --good:#12633f; --tint:#eaf1f7; }
@media (prefers-color-scheme: dark) { :root { --page:#0e1319; --card:#171e27; --text:#e6ebf1; --soft:#a3afbd; --rule:#2a3441; --line:#6c7b8e; --accent:#8bbfe8; --on:#0d1620; --bad:#ffb0a8; --good:#7fd6a8; --tint:#1e2936; } }
* { box-sizing: border-box; } body { margin:0; background:var(--page); color:var(--text); font:15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif; }
header { position:sticky; top:0; z-index:1; background:var(--card); border-bottom:1px solid var(--rule); padding:12px 20px; display:flex; flex-wrap:wrap; gap:8px 24px; align-items:center; }
h1 { font-size:1.15rem; margin:0; } h2 { font-size:1rem; margin:0 0 10px; }
main { display:grid; gap:16px; padding:16px 20px 48px; grid-template-columns:repeat(auto-fit,minmax(min(100%,430px),1fr)); align-items:start; max-width:1500px; margin:0 auto; }
form > * { min-width:0; } section { background:var(--card); border:1px solid var(--rule); border-radius:12px; padding:16px; min-width:0; } section.wide { grid-column:1/-1; }
form,.row { display:flex; flex-wrap:wrap; gap:8px 10px; align-items:end; margin:0 0 10px; }
label { display:grid; gap:3px; font-size:.82rem; font-weight:600; color:var(--soft); flex:1 1 150px; min-width:0; } label.tick { display:flex; align-items:center; gap:6px; flex:none; padding-bottom:7px; }
input,select,button { font:inherit; color:inherit; border-radius:7px; border:1px solid var(--line); background:var(--card); padding:6px 9px; min-width:0; }
input[type=checkbox] { width:18px; height:18px; } label input:not([type=checkbox]),label select { width:100%; }
button { cursor:pointer; font-weight:600; } button:hover { background:var(--tint); } button.main { background:var(--accent); color:var(--on); border-color:transparent; }
button.small { padding:2px 8px; font-size:.82rem; } :focus-visible { outline:3px solid var(--accent); outline-offset:1px; }
.scroll { overflow-x:auto; position:relative; } .wide .scroll table { min-width:620px; } .tall { max-height:420px; overflow-y:auto; margin-bottom:10px; } .columns { display:grid; gap:0 24px; grid-template-columns:repeat(auto-fit,minmax(min(100%,320px),1fr)); } .sr { position:absolute; width:1px; height:1px; overflow:hidden; clip-path:inset(50%); white-space:nowrap; } table { width:100%; border-collapse:collapse; font-size:.88rem; } th { text-align:left; color:var(--soft); font-weight:600; }
th,td { padding:5px 8px 5px 0; border-bottom:1px solid var(--rule); vertical-align:top; } td.num { text-align:right; font-variant-numeric:tabular-nums; white-space:nowrap; }
a { color:var(--accent); } code { font:.85em ui-monospace,Menlo,monospace; overflow-wrap:anywhere; } .soft { color:var(--soft); } .bad { color:var(--bad); font-weight:600; } .good { color:var(--good); font-weight:600; }
.pill { display:inline-block; border:1px solid var(--rule); border-radius:99px; padding:0 9px; font-size:.8rem; } #said { min-height:1.4em; flex:1 1 240px; text-align:right; } .stat b { font-variant-numeric:tabular-nums; }
`;
