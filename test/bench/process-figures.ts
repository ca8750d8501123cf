/** What processes have used so far, as Linux tells it. */
import { readdirSync, readFileSync } from "node:fs";

/** Of the clock that /proc counts in. */
const ticksPerSecond = 100;

/** CPU seconds of a process with its threads, and of the children that it has buried; null where nobody tells. */
export function cpuSeconds(pid: number | undefined): number | null {
  const fields = statOf(pid);
  if (fields === null) return null;
  // utime, stime, cutime, cstime: fields 14 to 17.
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return ticks / ticksPerSecond;
}

/** The same of a process and of all its living children. */
export function familyCpuSeconds(pid: number): number | null {
  const own = cpuSeconds(pid);
  if (own === null) return null;
  return childrenOf(pid).reduce((sum, child) => sum + (cpuSeconds(child) ?? 0), own);
}

/** The process that started another; null where nobody tells. */
export function parentOf(pid: number): number | null {
  const fields = statOf(pid);
  return fields === null ? null : Number(fields[1]);
}

/** Resident memory in MiB: now as VmRSS, the most so far as VmHWM; null where nobody tells. */
export function residentMiB(pid: number | undefined, field: "VmRSS" | "VmHWM"): number | null {
  const status = read(`/proc/${pid}/status`);
  const found = status === null ? null : new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status);
  return found ? Number(found[1]) / 1_024 : null;
}

function childrenOf(pid: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((other) => parentOf(other) === pid);
}

/** From field 3, the state, on: the name before it may hold anything. */
function statOf(pid: number | undefined): string[] | null {
  const stat = read(`/proc/${pid}/stat`);
  return stat === null ? null : stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

function read(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}
