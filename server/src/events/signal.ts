/**
 * "This organisation's log has grown": told to whoever listens in this process right after the commit. The hub
 * passes it on to the other server processes. A signal may be lost with its process; the log is the truth, and
 * the hub looks at it again by itself.
 */
type Listener = (organisationId: string) => void;

const listeners = new Set<Listener>();

export function signalCommitted(organisationId: string): void {
  for (const listener of listeners) listener(organisationId);
}

/** @returns a function that stops listening */
export function onCommitted(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
