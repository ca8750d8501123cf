/** How many bars at the bottom want the toasts above them. */
let bars = 0;

/** Toasts stay above the bar with the Match button. @returns lets them down again */
export function liftToasts(): () => void {
  bars += 1;
  apply();
  return () => {
    bars -= 1;
    apply();
  };
}

function apply(): void {
  const { style } = document.documentElement;
  if (bars > 0) style.setProperty("--toast-lift", "5.5rem");
  else style.removeProperty("--toast-lift");
}
