/** Text made safe inside an element or a quoted attribute. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

/** Template whose values are escaped; markup made by another `markup` goes in as it is. */
export function markup(strings: TemplateStringsArray, ...values: MarkupValue[]): Markup {
  const text = strings.reduce((out, part, i) => out + part + render(values[i]), "");
  return { markup: text };
}

export interface Markup {
  readonly markup: string;
}

type MarkupValue = string | number | false | null | undefined | Markup | Markup[];

function render(value: MarkupValue): string {
  if (value === undefined || value === null || value === false) return "";
  if (Array.isArray(value)) return value.map((part) => part.markup).join("");
  return typeof value === "object" ? value.markup : escapeText(String(value));
}
