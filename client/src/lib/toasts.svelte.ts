export type ToastTone = "success" | "error" | "info";

export interface Toast {
  id: number;
  tone: ToastTone;
  message: string;
  action?: { label: string; run: () => void };
}

/** More at once is noise: the oldest leaves. */
const toastsMax = 4;

let toasts = $state.raw<Toast[]>([]);
let lastId = 0;

/** Tells a result in a corner of the screen; with an action it stays longer. */
export const toast = {
  get all(): Toast[] {
    return toasts;
  },
  success: (message: string, action?: Toast["action"]) => show("success", message, action),
  error: (message: string, action?: Toast["action"]) => show("error", message, action),
  info: (message: string, action?: Toast["action"]) => show("info", message, action),
  dismiss(id: number): void {
    toasts = toasts.filter((each) => each.id !== id);
  },
};

function show(tone: ToastTone, message: string, action?: Toast["action"]): number {
  lastId += 1;
  const id = lastId;
  toasts = [...toasts.slice(1 - toastsMax), { id, tone, message, action }];
  return id;
}
