import type { App } from "../app.ts";
import { NotSignedIn } from "../features/errors.ts";
import type { Viewer } from "../features/viewer.ts";

/** What resolvers get. One for each HTTP request, and one for each shared subscription. */
export interface Context {
  readonly app: App;
  /** Null when nobody is signed in. */
  readonly viewer: Viewer | null;
  /** The HTTP exchange, for the few fields that set cookies; null in subscriptions. */
  readonly http: HttpExchange | null;
}

export interface HttpExchange {
  /** The client's address, as far as the trusted proxies can be believed. */
  readonly address: string;
  /** Sets the session cookie; null clears it. */
  setSession(secret: string | null, expiresAt: Date | null): void;
}

/** @throws NotSignedIn */
export function viewerOf(context: Context): Viewer {
  if (context.viewer === null) throw new NotSignedIn();
  return context.viewer;
}
