/** Dragging the rows of a list to another place, with a mouse, a pen or a finger. */
export interface DragOrder {
  /** The row that is held, from 0. */
  readonly from: number | undefined;
  /** Before which row it would come down; the number of rows for the end. Undefined where it stays. */
  readonly gap: number | undefined;
  /** The handle was pressed. */
  grab: (event: PointerEvent, at: number) => void;
}

/**
 * @param list whose children are the rows
 * @param onDrop the row's place, and the one it has afterwards, both from 0
 */
export function dragOrder(
  list: () => HTMLElement | undefined,
  onDrop: (from: number, to: number) => void,
): DragOrder {
  let from = $state<number>();
  let gap = $state<number>();

  function gapAt(y: number): number {
    const rows = [...(list()?.children ?? [])];
    const at = rows.findIndex((row) => {
      const { top, height } = row.getBoundingClientRect();
      return y < top + height / 2;
    });
    return at < 0 ? rows.length : at;
  }

  function grab(event: PointerEvent, at: number): void {
    if (event.button !== 0 || !(event.currentTarget instanceof HTMLElement)) return;
    const handle = event.currentTarget;
    handle.setPointerCapture(event.pointerId);
    from = at;
    const follow = ({ clientY }: PointerEvent) => {
      const next = gapAt(clientY);
      gap = next === at || next === at + 1 ? undefined : next;
    };
    const end = ({ type }: Event) => {
      handle.removeEventListener("pointermove", follow);
      for (const each of endings) handle.removeEventListener(each, end);
      removeEventListener("keydown", cancel, true);
      const target = type === "pointerup" ? gap : undefined;
      from = undefined;
      gap = undefined;
      if (target !== undefined) onDrop(at, target > at ? target - 1 : target);
    };
    const cancel = (pressed: KeyboardEvent) => {
      if (pressed.key === "Escape") end(pressed);
    };
    handle.addEventListener("pointermove", follow);
    for (const each of endings) handle.addEventListener(each, end);
    addEventListener("keydown", cancel, true);
  }

  return {
    get from() {
      return from;
    },
    get gap() {
      return gap;
    },
    grab,
  };
}

const endings = ["pointerup", "pointercancel", "lostpointercapture"];
