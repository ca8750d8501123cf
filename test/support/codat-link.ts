/** A person on Codat's hosted pages. */

export interface OnTheBooksPages {
  /** The key of the organisation; "harbour" where it is left out. */
  readonly organisation?: string;
  /** By source account's id: a target's id, "new" or "none"; accounts that are left out are new ones. */
  readonly targets?: Readonly<Record<string, string>>;
}

/**
 * Walks through the hosted page of a connection as a person who allows everything.
 * @returns the address that the browser is sent to in the end; null: a closing page
 */
export async function allowBooks(
  linkUrl: string,
  of: OnTheBooksPages = {},
): Promise<string | null> {
  let at = await shown(await fetch(linkUrl, { redirect: "manual" }));
  for (let step = 0; step < stepsMax && "page" in at; step++) {
    if (!at.page.includes("<form")) return null;
    at = await submit(linkUrl, answerTo(at.page, of));
  }
  return "location" in at ? at.location : null;
}

/** Leaves the hosted page without allowing anything. @returns as `allowBooks` */
export async function refuseBooks(linkUrl: string): Promise<string | null> {
  const at = await submit(linkUrl, new URLSearchParams({ action: "cancel" }));
  return "location" in at ? at.location : null;
}

const stepsMax = 6;

type Shown = { readonly page: string } | { readonly location: string };

function answerTo(page: string, { organisation = "harbour", targets = {} }: OnTheBooksPages) {
  const form = new URLSearchParams();
  for (const [, name = "", value = ""] of page.matchAll(
    /<input type="hidden" name="([^"]+)" value="([^"]*)"/g,
  )) {
    form.set(name, value);
  }
  if (page.includes('name="allow"')) form.set("allow", "yes");
  else if (page.includes('name="mapping"')) {
    form.set("mapping", "yes");
    for (const [, id = ""] of page.matchAll(/<select [^>]*name="target:([^"]+)"/g)) {
      form.set(`target:${id}`, targets[id] ?? "new");
    }
  } else form.set("organisation", organisation);
  return form;
}

async function submit(url: string, form: URLSearchParams): Promise<Shown> {
  return shown(await fetch(url, { method: "POST", body: form, redirect: "manual" }));
}

async function shown(response: Response): Promise<Shown> {
  const location = response.headers.get("location");
  if (location === null) return { page: await response.text() };
  await response.body?.cancel();
  return { location };
}
