import { builder } from "../../../graphql/builder.ts";
import type { Match } from "../match.ts";

export const MatchRef = builder.objectRef<Match>("Match");
