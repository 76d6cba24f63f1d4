import { createHash, randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { solve } from "../../assets/src/participant/proof";
import { block, digest } from "../../assets/src/participant/sha256";

const hex = (words: number[]) => words.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
const sha256 = (message: Uint8Array) => createHash("sha256").update(message).digest("hex");

describe("the proof of work on sign-ups", () => {
  it("hashes as SHA-256 does, whatever the message", () => {
    for (let length = 0; length <= 55; length++) {
      const message = randomBytes(length);
      expect(hex(digest(block(message)))).toBe(sha256(message));
    }
  });

  it("finds the counter that the server hid", async () => {
    const nonce = randomBytes(16), salt = randomBytes(16), counter = 4711;
    const place = Buffer.alloc(4);
    place.writeUInt32BE(counter);
    const derivedKey = sha256(Buffer.concat([salt, nonce, place]));
    const parameters = {
      algorithm: "SHA-256", cost: 1, nonce: nonce.toString("hex"), salt: salt.toString("hex"), keyPrefix: derivedKey.slice(0, 32),
    };
    expect(await solve({ parameters, signature: "" })).toEqual({ counter, derivedKey });
  });

  it("leaves challenges it does not know alone", async () => {
    const parameters = { algorithm: "ARGON2ID", cost: 1, nonce: "", salt: "", keyPrefix: "00000000" };
    expect(await solve({ parameters, signature: "" })).toBeNull();
  });
});
