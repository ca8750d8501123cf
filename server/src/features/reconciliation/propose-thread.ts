/** Runs in a thread of its own: decides about what it was given, answers, and ends. See propose.ts. */
import { parentPort, workerData } from "node:worker_threads";
import { type MatchingInput, proposeMatches } from "../../core/matching/propose-matches.ts";

parentPort?.postMessage(proposeMatches(workerData as MatchingInput).matches);
