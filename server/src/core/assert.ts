/** Stops on a bug: a condition that this program itself must have made true. Never for bad input. */
export function assert(condition: unknown, message = "assertion failed"): asserts condition {
  if (!condition) throw new AssertionFailed(message);
}

/** Closes a switch over a union: a new member that nobody handles is a compile error. */
export function unreachable(value: never): never {
  throw new AssertionFailed(`unreachable: ${JSON.stringify(value)}`);
}

export class AssertionFailed extends Error {
  override readonly name = "AssertionFailed";
}
