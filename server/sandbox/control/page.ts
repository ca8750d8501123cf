import { controlScript } from "./script.ts";
import { controlStyle } from "./style.ts";

/** The control page: forms whose names are the control API's own, filled and refreshed by its script. */
export function controlPage(nonce: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sandbox bank · Control</title><link rel="icon" href="data:,"><style>${controlStyle}</style></head><body>
<header><h1>Sandbox bank</h1><a href="/control/codat">Codat</a><span class="stat">Today <b id="today">–</b></span><span class="stat">Rows <b id="rows">–</b></span><span class="stat">Pace <b id="pace">–</b></span><span id="said" role="status"></span></header>
<main>
<section><h2>Post a transaction</h2>
<form data-post="transactions"><label>Account<select name="account" data-fill="accounts" required></select></label>
<label>Amount, money in positive<input name="amount" inputmode="decimal" placeholder="-12.50"></label>
<label>Description<input name="description" placeholder="CARD COPPER KETTLE"></label>
<label>Reference<input name="reference"></label>
<label>Pays open item<select name="pays" data-fill="open"></select></label>
<label class="tick"><input type="checkbox" name="pending"> Pending</label>
<button class="main">Post now</button></form>
<p class="soft">With an open item the amount may be left out: then all that is left of it is paid.</p>
<form data-post="arrive"><button>Let something happen</button><label>How often<input name="count" type="number" min="1" max="1000" value="1"></label></form>
</section>
<section><h2>Time, pace and volume</h2>
<form data-post="pace"><label>Seconds between arrivals, 0 for none<input name="seconds" type="number" min="0" max="86400" value="45"></label><button>Set pace</button></form>
<form data-post="time"><label>Days ahead<input name="days" type="number" min="1" max="365" value="1"></label><button>Move time</button></form>
<form data-post="bulk"><label>Account<select name="account" data-fill="accounts"></select></label><label>Rows<input name="count" type="number" min="1" max="2000000" value="10000"></label><label>Over days<input name="days" type="number" min="1" max="730" value="80"></label><button>Generate</button></form>
<form data-post="keys/rotate"><button>Rotate Plaid's webhook key</button><span class="soft">Current <code id="key"></code></span></form>
</section>
<section><h2>Failures</h2>
<form data-post="faults"><label>Failure<select name="name" data-fill="fault_names"></select></label><label>Consent<select name="consent_id" data-fill="consents-or-all"></select></label><label>Through<select name="provider" data-fill="wires-or-all"></select></label>
<label>Times<input name="count" type="number" min="1" placeholder="1"></label><label>For seconds<input name="seconds" type="number" min="0"></label><label>Slow or silent for ms<input name="ms" type="number" min="0" placeholder="3000"></label><label>Retry-After, seconds<input name="retry_after" type="number" min="0" placeholder="none"></label><button class="main">Set</button></form>
<div class="scroll" tabindex="0" role="region" aria-label="Failures set"><table><thead><tr><th>Failure</th><th>For</th><th>Left</th><th><span class="sr">Actions</span></th></tr></thead><tbody id="faults"></tbody></table></div>
<form data-post="faults/clear"><button>Clear all</button></form></section>
<section class="wide"><h2>Consents</h2>
<div class="scroll tall" tabindex="0" role="region" aria-label="Consents"><table><thead><tr><th>Through</th><th>Institution</th><th>Consent</th><th>Accounts</th><th>State</th><th><span class="sr">Actions</span></th></tr></thead><tbody id="consents"></tbody></table></div>
<p class="soft" id="no-consents">Nobody has consented to anything yet.</p>
<form id="about"><label>Act on consent<select name="consent_id" data-fill="consents"></select></label></form>
<div class="columns">
<form data-post="consents/webhook" data-about><label>Webhook<select name="what" data-fill="webhooks"></select></label><button>Send signed</button></form>
<form data-post="consents/misbehave" data-about><label>Webhook that is<select name="how" data-fill="bad_webhooks"></select></label><button>Send wrong</button></form>
<form data-post="consents/fail" data-about><label>Answer with<select name="code" data-fill="error_codes"></select></label><label>Times<input name="count" type="number" min="1" placeholder="1"></label><button>Fail</button></form>
<form data-post="consents/spend-token" data-about><button>Let its access token run out</button></form>
</div></section>
<section class="wide"><h2>Webhooks sent</h2>
<div class="scroll tall" tabindex="0" role="region" aria-label="Deliveries"><table><thead><tr><th>Sent</th><th>Through</th><th>Webhook</th><th>Attempts</th><th>Outcome</th></tr></thead><tbody id="deliveries"></tbody></table></div></section>
<section class="wide"><h2>Statement files</h2>
<form action="/control/statement" method="get"><label>Account<select name="account" data-fill="accounts" required></select></label>
<label>Format<select name="format"><option value="csv">CSV</option><option value="german-csv">CSV of the continent</option><option value="bai2">BAI2</option><option value="camt053">CAMT.053</option><option value="mt940">MT940</option><option value="ofx">OFX</option></select></label>
<label>From<input name="from" type="date"></label><label>To<input name="to" type="date"></label><button class="main">Download</button></form>
<p class="soft">Without days: this month so far. What is downloaded can be brought into Tieout as a statement file.</p></section>
<section class="wide"><h2>Latest rows</h2><form id="shown"><label>Account<select name="account" data-fill="accounts"></select></label></form>
<div class="scroll" tabindex="0" role="region" aria-label="Latest rows"><table><thead><tr><th>Date</th><th>Description</th><th>Reference</th><th>Pays</th><th>Amount</th><th><span class="sr">Actions</span></th></tr></thead><tbody id="transactions"></tbody></table></div></section>
</main><script nonce="${nonce}">${controlScript}</script></body></html>`;
}
