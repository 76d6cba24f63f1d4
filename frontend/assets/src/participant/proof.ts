/** Proof of work on the sign-up form (registrations/proof.py): found in the background while somebody types. A form that
 *  is sent sooner waits for it for a moment; without it the form is taken all the same, under a narrower limit. */

import { block, digest } from "./sha256";

export interface Challenge {
  parameters: { algorithm: string; cost: number; nonce: string; salt: string; keyPrefix: string };
  signature: string;
}

const LONGEST_WAIT = 8000;
/** As much at a time as nobody feels while typing. */
const SLICE = 12;
/** Beyond this no counter of ours lies. */
const END = 2 ** 22;

const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const hex = (words: number[]) => [...words].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");

/** The counter and the digest that begins with the prefix; null where this challenge is none of ours. */
export async function solve(challenge: Challenge): Promise<{ counter: number; derivedKey: string } | null> {
  const { algorithm, cost, nonce, salt, keyPrefix } = challenge.parameters;
  const fixed = bytes(salt + nonce);
  if (algorithm !== "SHA-256" || cost !== 1 || fixed.length !== 32 || keyPrefix.length < 8) return null;
  const words = block(Uint8Array.of(...fixed, 0, 0, 0, 0));
  const wanted = parseInt(keyPrefix.slice(0, 8), 16) | 0;
  let until = performance.now() + SLICE;
  for (let counter = 0; counter < END; counter++) {
    words[8] = counter;
    const out = digest(words);
    if (out[0] === wanted && hex(out).startsWith(keyPrefix)) return { counter, derivedKey: hex(out) };
    if (counter % 256 === 0 && performance.now() > until) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      until = performance.now() + SLICE;
    }
  }
  return null;
}

/** Fills the hidden field «proof» of each form that carries a challenge. */
export function proveWork(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-proof]")) {
    const field = form.elements.namedItem("proof") as HTMLInputElement | null;
    if (!field) continue;
    const challenge = JSON.parse(form.dataset.proof ?? "") as Challenge;
    let over = false;
    const found = solve(challenge)
      .then((solution) => {
        if (solution) field.value = btoa(JSON.stringify({ challenge, solution }));
      })
      .finally(() => (over = true));
    form.addEventListener("submit", (event) => {
      if (over) return;
      event.preventDefault();
      const button = event.submitter as HTMLElement | null;
      button?.setAttribute("aria-busy", "true");
      const late = new Promise((resolve) => setTimeout(resolve, LONGEST_WAIT));
      void Promise.race([found, late]).then(() => {
        if (form.dataset.proven) return; // pressed twice while it waited
        form.dataset.proven = "1";
        over = true;
        if (button) button.click();
        else form.submit();
      });
    });
  }
}
