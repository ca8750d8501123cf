/** A file that comes in with a GraphQL request. It is read once, while it comes, at its reader's pace. */
export class IncomingUpload {
  /** As the sender says it. */
  readonly fileName: string | null;
  readonly mimeType: string;
  /** Fails when the sender goes away. */
  readonly bytes: AsyncIterable<Uint8Array>;

  constructor(file: Pick<IncomingUpload, "fileName" | "mimeType" | "bytes">) {
    this.fileName = file.fileName;
    this.mimeType = file.mimeType;
    this.bytes = file.bytes;
  }
}
