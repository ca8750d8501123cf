import type { CurrencyCode } from "../../core/currencies.ts";
import { ofxExportEnd, ofxExportLine, ofxExportStart } from "../../core/statements/ofx/print.ts";
import type { PlatformLine } from "../platform.ts";

/** The same lines for software that reads bank statements. The same batch is the same file, to the letter. */
export function printOfx(of: {
  /** What the other software knows the account by. */
  readonly account: string;
  readonly currency: CurrencyCode;
  readonly lines: readonly PlatformLine[];
}): string {
  const { account, currency, lines } = of;
  const [first, last] = [lines[0], lines.at(-1)];
  if (first === undefined || last === undefined) throw new RangeError("a batch has lines");
  const { bookedOn: firstOn } = first;
  const { bookedOn: lastOn, balanceMinor: closingMinor } = last;
  const now = new Date(`${lastOn}T00:00:00Z`);
  return [
    ofxExportStart({ account, currency, firstOn, lastOn, now }),
    ...lines.map((line) => ofxExportLine({ ...line, currency })),
    ofxExportEnd({ currency, closingMinor, closingOn: lastOn }),
  ].join("");
}
