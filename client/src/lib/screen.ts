import { MediaQuery } from "svelte/reactivity";

/** Room for a table's columns beside each other; below it, rows become small cards. */
export const wideScreen = new MediaQuery("(min-width: 768px)", true);
