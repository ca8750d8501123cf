/** The block that a line's account belongs to. */
export interface BlockScope {
  id: string;
  name: string;
}
