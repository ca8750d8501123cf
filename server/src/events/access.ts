/**
 * "What this holder may do has changed": told when a session ends, an API key is revoked or a role changes, so
 * that live connections are checked at once and not only at their next turn. The hub passes it on to the other
 * server processes.
 */
type Listener = (holderId: string) => void;

const listeners = new Set<Listener>();

/** @param holderId the id of the session, the API key or the person */
export function signalAccessChanged(holderId: string): void {
  for (const listener of listeners) listener(holderId);
}

/** @returns a function that stops listening */
export function onAccessChanged(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
