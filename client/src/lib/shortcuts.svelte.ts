import { untrack } from "svelte";

export interface Shortcut {
  /** As on the key ("j", "?", "Enter"), or two in a row ("g d"). */
  keys: string;
  label: string;
  run: () => void;
}

interface Group {
  name: string;
  list: () => Shortcut[];
}

/** Two keys in a row must follow each other within this time, in milliseconds. */
const sequenceMs = 1_000;

let groups = $state.raw<Group[]>([]);
let pending: { key: string; at: number } | undefined;

export const shortcutGroups = {
  get all(): { name: string; shortcuts: Shortcut[] }[] {
    return groups.map((group) => ({ name: group.name, shortcuts: group.list() }));
  },
};

/** Offers keys while the component lives; they show in the help dialog under `name`. */
export function shortcuts(name: string, list: () => Shortcut[]): void {
  $effect(() => {
    const group = { name, list };
    groups = [...untrack(() => groups), group];
    return () => {
      groups = groups.filter((each) => each !== group);
    };
  });
}

addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTyping(event.target) || document.querySelector("[role=dialog], [role=menu]")) return;
  const single = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const sequence =
    pending && event.timeStamp - pending.at < sequenceMs ? `${pending.key} ${single}` : undefined;
  const all = shortcutGroups.all.flatMap((group) => group.shortcuts);
  // The page's own keys come after the shell's, and win.
  const found =
    all.findLast((shortcut) => shortcut.keys === sequence) ??
    all.findLast((shortcut) => shortcut.keys === single);
  pending = found ? undefined : { key: single, at: event.timeStamp };
  if (!found || (single === "Enter" && isPressable(event.target))) return;
  event.preventDefault();
  found.run();
});

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return true;
  if (target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio"].includes(target.type);
}

function isPressable(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const pressable = target.closest("a, button, summary");
  // Pressing the row that is chosen already does nothing: there, Enter is the page's.
  return pressable !== null && pressable.getAttribute("aria-current") !== "true";
}
