/** Another attempt works on this run by now, or it has ended: this one writes nothing more. */
export class RunOvertaken extends Error {
  override readonly name = "RunOvertaken";
  readonly code = "RUN_OVERTAKEN";
}
