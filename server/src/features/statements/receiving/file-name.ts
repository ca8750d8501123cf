const charactersMax = 200;
const extensionCharactersMax = 12;

/**
 * A file's name as it is kept and shown: without folders, without control and direction characters, at most 200
 * characters with its extension kept.
 */
export function cleanFileName(given: string | null): string {
  const [last = ""] = (given ?? "").split(/[/\\]/).slice(-1);
  const name = last
    .slice(0, charactersMax * 8)
    .normalize("NFC")
    .replace(/[\p{Cc}\p{Cf}\p{Co}\u2028\u2029]+/gu, " ")
    // Half of a pair is no character, and the database refuses it.
    .replace(/\p{Cs}/gu, "")
    .replace(/\s+/g, " ")
    .trim();
  if (/^\.*$/.test(name)) return "statement";
  if (name.length <= charactersMax) return name;
  const [extension = ""] = /\.[^.\s]+$/.exec(name) ?? [];
  const kept = extension.length <= extensionCharactersMax ? extension : "";
  const start = name.slice(0, charactersMax - kept.length).replace(/\p{Cs}$/u, "");
  return `${start.trimEnd()}${kept}`;
}
