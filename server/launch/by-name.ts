export interface Named {
  readonly name: string;
}

/** @throws Error when there is none */
export function byName(list: readonly (Named & { id: string })[], name: string): { id: string } {
  const found = list.find((each) => each.name === name);
  if (found === undefined) throw new Error(`The demo has no “${name}”`);
  return found;
}
