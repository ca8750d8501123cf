/**
 * Puts the focus on an element of a dialog that opens, or on the first one in it that fits, after the dialog has put
 * it on its first button.
 */
export function focusSoon(fits?: string): (element: HTMLElement) => void {
  return (element) => {
    setTimeout(() => (fits ? element.querySelector<HTMLElement>(fits) : element)?.focus());
  };
}
