import type { SealedCredential } from "./credentials.ts";

/** The four columns that keep a sealed credential, in whichever table. */
export interface SealedColumns {
  readonly credentialKeyId: string | null;
  readonly credentialNonce: Uint8Array | null;
  readonly credentialCiphertext: Uint8Array | null;
  readonly credentialTag: Uint8Array | null;
}

/** Null where one of them is empty: then there is none. */
export function sealedOf(columns: SealedColumns): SealedCredential | null {
  const { credentialKeyId: keyId, credentialNonce: nonce } = columns;
  const { credentialCiphertext: ciphertext, credentialTag: tag } = columns;
  if (keyId === null || nonce === null || ciphertext === null || tag === null) return null;
  return { keyId, nonce, ciphertext, tag };
}

/** What keeps a credential; null wipes it. */
export function credentialColumns(sealed: SealedCredential | null) {
  return sealed === null ? noColumns : sealedColumns(sealed);
}

export function sealedColumns({ keyId, nonce, ciphertext, tag }: SealedCredential) {
  return {
    credentialKeyId: keyId,
    credentialNonce: toColumn(nonce),
    credentialCiphertext: toColumn(ciphertext),
    credentialTag: toColumn(tag),
  };
}

const noColumns = {
  credentialKeyId: null,
  credentialNonce: null,
  credentialCiphertext: null,
  credentialTag: null,
};

/** Prisma wants bytes over a plain ArrayBuffer. */
export function toColumn(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
