/** What a badge's colour means. */
export type Tone = "neutral" | "accent" | "positive" | "warning" | "negative";
