import { createPlaidWire, type PlaidWire } from "../plaid/wire-plaid.ts";
import { createPontoWire } from "../ponto/wire-ponto.ts";
import { createSaltEdgeWire } from "../saltedge/wire-saltedge.ts";
import type { Sandbox } from "../sandbox.ts";
import { createTinkWire } from "../tink/wire-tink.ts";
import type { Wire } from "./wire.ts";

/**
 * Every aggregator that the sandbox speaks as. To add one:
 * - write `createXWire(sandbox: Sandbox): Wire` in a folder of its own and put it into the list below;
 * - its state is what applying its facts gives: `sandbox.record(fact)` with an `XFact` (`{ of: "x", did: ... }`, a type
 *   of the wire's own) makes one durable and brings it back through `wire.apply`, now and after a restart. Nothing may be recorded before `start`. Changes of rows come by
 *   `sandbox.world.onChange`, which is also told of those from before the restart: before `start` they are no news, and
 *   no webhook tells of them;
 * - `sandbox.url` is known once requests come, not when the wire is made;
 * - a request that the wire `owns` comes to `answer`, with the exact bytes (`request.bytes`) and address
 *   (`request.target`) for signatures. Paths below `/control` and pages below `/link` never do;
 * - a data call goes through `answerUnlessStruck` (strike.ts), which lets the failures strike that were set for it. The
 *   wire itself asks `faults.take("endless_pages", target)`, after which a page always has another behind it, and
 *   `faults.take("mutation", target)` where its feed can change while it is read;
 * - `PlannedErrors` (planned-errors.ts) keeps what `failNext` was told;
 * - a person signs in on the pages of `sandbox.signIns.open(request)`: the browser is sent to its `url`;
 * - a webhook leaves by `sandbox.deliveries.send`, which signs each attempt by the wire's own `sign`.
 */
export function createWires(sandbox: Sandbox): { plaid: PlaidWire; all: Wire[] } {
  const plaid = createPlaidWire(sandbox);
  return {
    plaid,
    all: [
      // One line for each.
      plaid,
      createTinkWire(sandbox),
      createSaltEdgeWire(sandbox),
      createPontoWire(sandbox),
    ],
  };
}
