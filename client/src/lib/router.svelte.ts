import { tick } from "svelte";

/** The names of the parameters in a pattern such as "/company/bank-connections/:id". */
export type ParamNames<Pattern extends string> =
  Pattern extends `${string}:${infer Name}/${infer Rest}`
    ? Name | ParamNames<Rest>
    : Pattern extends `${string}:${infer Name}`
      ? Name
      : never;

export type Params<Pattern extends string> = Record<ParamNames<Pattern>, string>;

let path = $state(location.pathname);
let search = $state.raw(new URLSearchParams(location.search));

addEventListener("popstate", follow);
document.addEventListener("click", followLink);

/** Where the browser is. Reading is tracked, so components follow. */
export const router = {
  get path(): string {
    return path;
  },
  get search(): URLSearchParams {
    return search;
  },
  /** Goes to an address of this site; `replace` leaves no step back. */
  go(to: string, { replace = false } = {}): void {
    if (replace) history.replaceState(null, "", to);
    else history.pushState(null, "", to);
    const moved = location.pathname !== path;
    follow();
    if (moved) void arrive();
  },
  /**
   * Changes some search parameters and keeps the rest: null or "" removes one, several values
   * repeat it. Filters replace the entry, so that Back leaves the page and not the last keystroke.
   */
  setSearch(changes: Record<string, string | string[] | null>, { replace = true } = {}): void {
    const next = new URLSearchParams(search);
    for (const [name, value] of Object.entries(changes)) {
      next.delete(name);
      for (const each of Array.isArray(value) ? value : [value]) {
        if (each) next.append(name, each);
      }
    }
    const text = next.toString();
    router.go(path + (text ? `?${text}` : ""), { replace });
  },
};

/** The parameters if the path fits the pattern. */
export function matchPath<Pattern extends string>(
  pattern: Pattern,
  actual: string,
): Params<Pattern> | undefined {
  const wanted = pattern.split("/");
  const found = actual.replace(/\/+$/, "").split("/");
  if (pattern === "/") return actual === "/" ? ({} as Params<Pattern>) : undefined;
  if (wanted.length !== found.length) return undefined;
  const params: Record<string, string> = {};
  for (const [at, part] of wanted.entries()) {
    const value = found[at] ?? "";
    if (part.startsWith(":")) params[part.slice(1)] = decodeURIComponent(value);
    else if (part !== value) return undefined;
  }
  return params as Params<Pattern>;
}

function follow(): void {
  path = location.pathname;
  search = new URLSearchParams(location.search);
}

/** A new page begins at its top, and a screen reader at its heading. */
async function arrive(): Promise<void> {
  scrollTo(0, 0);
  await tick();
  document.querySelector<HTMLElement>("#main")?.focus({ preventScroll: true });
}

/** Plain links work as links everywhere: no component of its own, and new tabs stay new tabs. */
function followLink(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (!link || link.target || link.hasAttribute("download") || link.origin !== location.origin)
    return;
  if (link.hash && link.pathname === location.pathname) return;
  event.preventDefault();
  router.go(link.pathname + link.search + link.hash);
}
