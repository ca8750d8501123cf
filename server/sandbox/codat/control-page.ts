import { controlStyle } from "../control/style.ts";
import { controlScript } from "./control-script.ts";

/** Codat's control page: forms whose names are those of its control API, filled and refreshed by its script. */
export function controlPage(nonce: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sandbox · Codat · Control</title><link rel="icon" href="data:,"><style>${controlStyle}</style></head><body>
<header><h1>Codat</h1><a href="/control">Banks</a><span class="stat">Today <b id="today">–</b></span><span id="said" role="status"></span></header>
<main>
<section><h2>Failures</h2>
<form data-post="faults"><label>Failure<select name="name" data-fill="faults"></select></label><label>Company<select name="company_id" data-fill="companies"></select></label>
<label>Calls<select name="calls"><option value="">any</option><option>push</option><option>read</option><option>other</option></select></label>
<label>Times<input name="count" type="number" min="1" placeholder="1"></label><label>For seconds<input name="seconds" type="number" min="0"></label><label>Late or silent for ms<input name="ms" type="number" min="0" placeholder="3000"></label><label>Retry-After, seconds<input name="retry_after" type="number" min="0" placeholder="none"></label>
<label>Refuse lines whose words hold<input name="words"></label><button class="main">Set</button></form>
<div class="scroll" tabindex="0" role="region" aria-label="Failures set"><table><thead><tr><th>Failure</th><th>Calls</th><th>Left</th><th><span class="sr">Actions</span></th></tr></thead><tbody id="faults"></tbody></table></div>
<form data-post="faults/clear"><button>Clear all</button></form></section>
<section><h2>How it behaves</h2>
<div id="modes"></div>
<form data-post="modes"><label>Milliseconds until a push is processed<input name="push_delay_ms" type="number" min="0" max="3600000"></label><button>Set</button></form>
<form data-post="misbehave"><label>Company<select name="company_id" data-fill="one-company"></select></label><label>Webhook that is<select name="how" data-fill="bad"></select></label><button>Send wrong</button></form>
</section>
<section class="wide"><h2>Connections</h2>
<div class="scroll tall" tabindex="0" role="region" aria-label="Connections"><table><thead><tr><th>Company</th><th>Package</th><th>Books of</th><th>State</th><th>Feeds</th><th><span class="sr">Actions</span></th></tr></thead><tbody id="connections"></tbody></table></div>
<p class="soft" id="none">Nothing is connected yet.</p></section>
<section class="wide"><h2>Push operations</h2>
<div class="scroll tall" tabindex="0" role="region" aria-label="Push operations"><table><thead><tr><th>Asked for</th><th>What</th><th>Lines</th><th>State</th><th>Why</th></tr></thead><tbody id="pushes"></tbody></table></div></section>
<section class="wide"><h2>Lines in the books</h2><form id="shown"><label>Account<select name="account" data-fill="accounts"></select></label></form>
<div class="scroll tall" tabindex="0" role="region" aria-label="Lines in the books"><table><thead><tr><th>Date</th><th>Description</th><th>Pushed as</th><th>Amount</th><th><span class="sr">Actions</span></th></tr></thead><tbody id="lines"></tbody></table></div></section>
</main><script nonce="${nonce}">${controlScript}</script></body></html>`;
}
