import { api } from "../../lib/api.ts";
import type { ResultOf } from "../../lib/graphql.ts";
import { mutateOrToast } from "../../lib/mutate.ts";
import { SignOutDocument, SwitchOrganisationDocument, ViewerDocument } from "./documents.ts";

export type Viewer = NonNullable<ResultOf<typeof ViewerDocument>["viewer"]>;

let viewer = $state.raw<Viewer | null | undefined>();
let failed = $state(false);

/** Who is signed in, for which organisation, and what they may do. */
export const session = {
  /** Undefined while it isn't known, null when nobody is. */
  get viewer(): Viewer | null | undefined {
    return viewer;
  },
  get failed(): boolean {
    return failed;
  },
  can(permission: string): boolean {
    return viewer?.permissions.includes(permission) ?? false;
  },
  async load(): Promise<void> {
    failed = false;
    const { data, error } = await api
      .query(ViewerDocument, {}, { requestPolicy: "network-only" })
      .toPromise();
    if (error) failed = true;
    else viewer = data?.viewer ?? null;
  },
  /** Whole pages are loaded on purpose: nothing of one organisation stays in memory for the next. */
  enter(address: string): void {
    location.assign(address);
  },
  async signOut(): Promise<void> {
    await api.mutation(SignOutDocument, {}).toPromise();
    location.assign("/sign-in");
  },
  async switchTo(organisationId: string): Promise<void> {
    const changed = await mutateOrToast(SwitchOrganisationDocument, { organisationId });
    if (changed) location.assign("/");
  },
};

/** Where to sign in, keeping what was wanted. */
export function signInAddress(): string {
  const wanted = location.pathname + location.search;
  return wanted === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(wanted)}`;
}

/** Only an address of this site: "//elsewhere" and "https:" would lead away. */
export function wantedAddress(search: URLSearchParams): string {
  const next = search.get("next") ?? "/";
  const inside = URL.canParse(next, location.origin)
    ? new URL(next, location.origin)
    : new URL("/", location.origin);
  return inside.origin === location.origin ? inside.pathname + inside.search : "/";
}
