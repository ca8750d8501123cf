import { router } from "../../lib/router.svelte.ts";
import { toast } from "../../lib/toasts.svelte.ts";
import { href } from "../../routes.ts";
import { uploadFile } from "./upload.ts";

interface Upload {
  fileName: string;
  bytes: number;
  sent: number;
  /** Which of how many, from 1. */
  number: number;
  count: number;
  failure: string | undefined;
}

/** More at once is a mistake of the hand rather than a wish. */
const filesMax = 24;
const bytesMax = 100 * 1024 * 1024;

let current = $state<Upload>();
let preset: string | undefined;
let abort: (() => void) | undefined;
let busy = false;

/** The upload that is going on, on whatever page it was begun. */
export const uploads = {
  get current(): Upload | undefined {
    return current;
  },
  /** Sends the files, one after the other; a single one's page opens when it is there. */
  async send(files: readonly File[], accountId?: string): Promise<void> {
    if (files.length === 0 || busy) return;
    if (files.length > filesMax) {
      toast.error(`${filesMax} files at once are the most.`);
      return;
    }
    busy = true;
    preset = accountId;
    const ids = await sendAll(files);
    busy = false;
    if (ids.length === 0) return;
    if (!current?.failure) current = undefined;
    const [id = ""] = ids;
    router.go(
      files.length === 1
        ? href("/finance/banking/imports/:id", { id })
        : href("/finance/banking/imports"),
    );
  },
  /** Opens the browser's own dialog for files. */
  choose(accountId?: string): void {
    const input = document.createElement("input");
    input.type = "file";
    input.multiple = accountId === undefined;
    input.onchange = () => void uploads.send([...(input.files ?? [])], accountId);
    input.click();
  },
  /** Another file in the place of one that couldn't be sent. */
  chooseAnother(): void {
    current = undefined;
    uploads.choose(preset);
  },
  stop(): void {
    abort?.();
    current = undefined;
  },
};

async function sendAll(files: readonly File[]): Promise<string[]> {
  const ids: string[] = [];
  for (const [at, file] of files.entries()) {
    const upload = {
      fileName: file.name,
      bytes: file.size,
      sent: 0,
      number: at + 1,
      count: files.length,
      failure: tooLarge(file),
    };
    current = upload;
    if (upload.failure) return ids;
    const sending = uploadFile(file, preset ?? null, (sent) => {
      if (current) current.sent = sent;
    });
    abort = sending.abort;
    const outcome = await sending.done;
    abort = undefined;
    // Stopped by hand: nothing more to say.
    if (!current) return ids;
    if (!outcome.ok) {
      current.failure = outcome.message;
      return ids;
    }
    ids.push(outcome.id);
  }
  return ids;
}

function tooLarge(file: File): string | undefined {
  if (file.size === 0) return "The file is empty.";
  return file.size > bytesMax ? "The file is larger than 100 MB." : undefined;
}
