/** Ed25519 by the browser where it can, else by @noble/ed25519 (older phones, and pages without HTTPS). */

import { hashes, verify } from "@noble/ed25519";
import { sha512 } from "./sha512";

hashes.sha512 = sha512;

type Bytes = Uint8Array<ArrayBuffer>;

let browserCan = globalThis.crypto?.subtle !== undefined;

/** Whether the signature is the key's over the message. Never throws: what cannot be checked is not good. */
export async function verified(signature: Bytes, message: Bytes, publicKey: Bytes): Promise<boolean> {
  if (browserCan) {
    try {
      const key = await crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
      return await crypto.subtle.verify("Ed25519", key, signature, message);
    } catch (error) {
      // A bad key is no reason to give the browser up; an unknown algorithm is.
      if (!(error instanceof DOMException && error.name === "DataError")) browserCan = false;
    }
  }
  return verifiedHere(signature, message, publicKey);
}

/** Without the browser's help. RFC 8032, as OpenSSL checks it. */
export function verifiedHere(signature: Bytes, message: Bytes, publicKey: Bytes): boolean {
  try {
    return verify(signature, message, publicKey, { zip215: false });
  } catch {
    return false;
  }
}
