/**
 * The SDK declares string enums; on the wire they are plain strings. `Wire<T>` is T as it travels, so that
 * answers are checked against the SDK's own types without loading the SDK.
 */
export type Wire<T> = T extends string
  ? `${T}`
  : T extends (infer Element)[]
    ? Wire<Element>[]
    : T extends object
      ? { [Key in keyof T]: Wire<T[Key]> }
      : T;

/** A request's fields as they may arrive: any of them may be missing or of another type. */
export type Arriving<T> = { [Key in keyof T]?: unknown };
