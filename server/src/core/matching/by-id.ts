import { compareText } from "./option.ts";

type Row = { readonly id: string };

/**
 * Rows in the order of their ids. The ids' beginnings are compared as numbers that stand side by side: of a hundred
 * thousand rows as of a database, in no order, that spares most of the texts.
 */
export function byId<One extends Row>(rows: readonly One[]): readonly One[] {
  const beginnings = Float64Array.from(rows, ({ id }) => beginningOf(id));
  const places = Uint32Array.from(rows.keys()).sort((a, b) => {
    const difference = (beginnings[a] as number) - (beginnings[b] as number);
    return difference !== 0 ? difference : compareText((rows[a] as One).id, (rows[b] as One).id);
  });
  return Array.from(places, (place) => rows[place] as One);
}

const charactersOfBeginning = 6;
const unitMax = 255;

/** A number that grows with the text's first characters; from the first one beyond Latin 1 on it says nothing more. */
function beginningOf(text: string): number {
  let beginning = 0;
  let isTold = true;
  for (let at = 0; at < charactersOfBeginning; at++) {
    const unit: number = isTold && at < text.length ? Math.min(text.charCodeAt(at), unitMax) : 0;
    isTold &&= unit < unitMax;
    beginning = beginning * (unitMax + 1) + unit;
  }
  return beginning;
}
