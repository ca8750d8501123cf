// A thread does not inherit what `--import tsx` set up in its process: it sets that up itself.
import { register } from "tsx/esm/api";

register();
await import("./replay-thread.ts");
