const wordsMax = 60;

/**
 * A folder's name that people find again, and that no two have: words, and the end of an id.
 * @param otherwise for a name without a letter that every file system takes
 */
export function folderName(name: string, id: string, otherwise: string): string {
  const words = name
    .normalize("NFKD")
    .replace(/[^A-Za-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .toLowerCase()
    .slice(0, wordsMax);
  return `${words === "" ? otherwise : words}${endingOf(id)}`;
}

/** What the name of a folder ends with, whatever its words. */
export function endingOf(id: string): string {
  return `-${id
    .replace(/[^A-Za-z0-9]/g, "")
    .slice(-12)
    .toLowerCase()}`;
}
