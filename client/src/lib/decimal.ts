/**
 * Exact arithmetic on decimal strings such as "-1234.50", as the API sends amounts. A float would
 * lose cents of large sums.
 */
export function addDecimals(...values: string[]): string {
  const scale = Math.max(0, ...values.map(scaleOf));
  return fromUnits(
    values.reduce((sum, value) => sum + toUnits(value, scale), 0n),
    scale,
  );
}

export function subtractDecimals(from: string, value: string): string {
  return addDecimals(from, negate(value));
}

/** Negative, zero or positive, as sort functions want it. */
export function compareDecimals(left: string, right: string): number {
  const scale = Math.max(scaleOf(left), scaleOf(right));
  const difference = toUnits(left, scale) - toUnits(right, scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function negate(value: string): string {
  if (isZero(value)) return value;
  return value.startsWith("-") ? value.slice(1) : `-${value}`;
}

export function absolute(value: string): string {
  return value.startsWith("-") ? value.slice(1) : value;
}

export function isNegative(value: string): boolean {
  return value.startsWith("-") && !isZero(value);
}

export function isZero(value: string): boolean {
  return /^-?0*\.?0*$/.test(value);
}

/**
 * What a person typed as an amount: "1,234.50", "1.234,50", "1 234,5", "-12". The last separator is
 * the decimal one unless three digits and nothing else follow a lone one. Undefined if it isn't one.
 */
export function parseAmount(typed: string): string | undefined {
  const text = typed.trim().replace(/[\s'’\u00a0\u202f]/g, "");
  if (!/^[-+−]?[\d.,]*\d[\d.,]*$/.test(text)) return undefined;
  const negative = /^[-−]/.test(text);
  const digits = text.replace(/^[-+−]/, "");
  const at = Math.max(digits.lastIndexOf("."), digits.lastIndexOf(","));
  const separators = digits.replace(/\d/g, "");
  const grouped = separators.length > 0 && new Set(separators).size === 1 && onlyGroups(digits);
  const whole = (at < 0 || grouped ? digits : digits.slice(0, at)).replace(/[.,]/g, "");
  const fraction = at < 0 || grouped ? "" : digits.slice(at + 1);
  const plain = `${whole.replace(/^0+(?=\d)/, "") || "0"}${fraction ? `.${fraction}` : ""}`;
  return negative ? negate(plain) : plain;
}

/** "1,234,567" is grouped; "1.50" isn't. "1,234" is read as grouped, as accountants write it. */
function onlyGroups(digits: string): boolean {
  return /^[1-9]\d{0,2}([.,]\d{3})+$/.test(digits);
}

function scaleOf(value: string): number {
  const point = value.indexOf(".");
  return point < 0 ? 0 : value.length - point - 1;
}

function toUnits(value: string, scale: number): bigint {
  const [whole = "0", fraction = ""] = absolute(value).split(".");
  const units = BigInt(whole + fraction.padEnd(scale, "0"));
  return value.startsWith("-") ? -units : units;
}

function fromUnits(units: bigint, scale: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, "0");
  const cut = digits.length - scale;
  const text = scale === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`;
  return units < 0n ? `-${text}` : text;
}
