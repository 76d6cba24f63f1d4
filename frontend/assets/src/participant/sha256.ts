/** SHA-256 of one short message (at most 55 bytes), in plain arithmetic: WebCrypto is missing over plain HTTP, and for a
 *  hundred thousand short messages its promises cost more than the hashing. */

/** The first 32 bits of the fractional parts of the `power`-th roots of the first primes (FIPS 180-4). */
function roots(count: number, power: number): Int32Array {
  const found = new Int32Array(count);
  for (let candidate = 2, n = 0; n < count; candidate++) {
    let prime = true;
    for (let divisor = 2; divisor * divisor <= candidate; divisor++) if (candidate % divisor === 0) prime = false;
    if (prime) found[n++] = ((candidate ** (1 / power)) % 1) * 2 ** 32;
  }
  return found;
}

type Eight = [number, number, number, number, number, number, number, number];

const START = [...roots(8, 2)] as Eight;
const ROUNDS = roots(64, 3);
const w = new Int32Array(64);

/** The sixteen words of the one block of a message. */
export function block(message: Uint8Array): Int32Array {
  const bytes = new Uint8Array(64);
  bytes.set(message);
  bytes[message.length] = 0x80;
  const view = new DataView(bytes.buffer);
  view.setUint32(60, message.length * 8);
  return Int32Array.from({ length: 16 }, (_, n) => view.getInt32(n * 4));
}

/** The digest's eight words. */
export function digest(words: Int32Array): Eight {
  const word = (n: number) => w[n] as number;
  w.set(words);
  for (let i = 16; i < 64; i++) {
    const x = word(i - 15);
    const y = word(i - 2);
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = word(i - 16) + s0 + word(i - 7) + s1;
  }
  let [a, b, c, d, e, f, g, h] = START;
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (ROUNDS[i] as number) + word(i)) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  const [a0, b0, c0, d0, e0, f0, g0, h0] = START;
  return [(a + a0) | 0, (b + b0) | 0, (c + c0) | 0, (d + d0) | 0, (e + e0) | 0, (f + f0) | 0, (g + g0) | 0, (h + h0) | 0];
}
