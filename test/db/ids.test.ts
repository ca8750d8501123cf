import { expect, test } from "vitest";
import { idSequence } from "../../server/src/db/ids.ts";

const uuidv7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("ids taken in a row are UUIDv7, all different, and sort as they were taken", () => {
  const next = idSequence();
  const ids = Array.from({ length: 100_000 }, next);
  expect(ids.filter((id) => !uuidv7.test(id))).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.toSorted()).toEqual(ids);
  const other = idSequence();
  expect(ids).not.toContain(other());
});
