import { IncomingUpload } from "../graphql/upload.ts";
import { type Multipart, MultipartRefused } from "./multipart.ts";

export interface UploadOperation {
  readonly query: string;
  readonly operationName: string | null;
  /** With the file at the place that the form's map names. */
  readonly variables: Record<string, unknown>;
}

/** How deep in the variables a file may stand. */
const pathNamesMax = 8;

/**
 * The operation of a form that brings a file: the fields `operations` and `map`, in front of the file.
 * @throws MultipartRefused
 */
export function readUploadOperation({ fields, file }: Multipart): UploadOperation {
  const operations = readJson(fields, "operations");
  const map = readJson(fields, "map");
  if (file === null) throw refused("A file must follow the fields operations and map.");
  const { query, operationName = null, variables } = operations;
  if (typeof query !== "string") throw refused("The operation has no query.");
  if (operationName !== null && typeof operationName !== "string") {
    throw refused("operationName must be a string.");
  }
  if (!isObject(variables)) throw refused("The operation has no variables.");
  const names = Object.keys(map);
  const paths = map[file.fieldName];
  if (names.length !== 1 || !Object.hasOwn(map, file.fieldName) || !isOnePath(paths)) {
    throw refused('The map must name one place for the one file: {"0": ["variables.file"]}.');
  }
  place(variables, paths[0], new IncomingUpload(file));
  return { query, operationName, variables };
}

function readJson(fields: ReadonlyMap<string, string>, name: string): Record<string, unknown> {
  const text = fields.get(name);
  if (text === undefined) {
    throw refused(`The field ${name} is missing: it comes in front of the file.`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refused(`The field ${name} is not JSON.`);
  }
  if (!isObject(value)) throw refused(`The field ${name} must be one JSON object.`);
  return value;
}

/** Puts the file where the variables hold null. */
function place(variables: Record<string, unknown>, path: string, upload: IncomingUpload): void {
  const [root, ...names] = path.split(".");
  const last = names.pop();
  if (root !== "variables" || last === undefined || names.length >= pathNamesMax) {
    throw refused("The map's place must be one of the variables.");
  }
  let holder: unknown = variables;
  for (const name of names) holder = ownOf(holder, name);
  if (ownOf(holder, last) !== null) throw refused(`There must be null at ${path.slice(0, 80)}.`);
  (holder as Record<string, unknown>)[last] = upload;
}

/** @returns undefined where there is no such name: nothing inherited is ever reached */
function ownOf(holder: unknown, name: string): unknown {
  if (typeof holder !== "object" || holder === null || !Object.hasOwn(holder, name)) {
    return undefined;
  }
  return (holder as Record<string, unknown>)[name];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isOnePath(value: unknown): value is [string] {
  return Array.isArray(value) && value.length === 1 && typeof value[0] === "string";
}

function refused(message: string): MultipartRefused {
  return new MultipartRefused("MALFORMED_REQUEST", message);
}
