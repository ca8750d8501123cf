/** Something that the person who starts Tieout can put right. Shown as one line, without a stack. */
export class LaunchError extends Error {
  override readonly name = "LaunchError";
  readonly code = "LAUNCH_REFUSED";
}
