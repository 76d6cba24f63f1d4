/** SHA-512 (FIPS 180-4), for pages without HTTPS: there the browser offers none. Slow and short: it hashes 79 bytes. */

const MASK = (1n << 64n) - 1n;

const PRIMES: bigint[] = [];
for (let number = 2n; PRIMES.length < 80; number++) if (PRIMES.every((prime) => number % prime !== 0n)) PRIMES.push(number);

/** The first 64 bits of the fractional part of a prime's root: floor(root(prime · 2^(64·degree))) mod 2^64. */
function fraction(prime: bigint, degree: bigint): bigint {
  const target = prime << (64n * degree);
  let low = 0n;
  let high = 1n << 70n;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** degree <= target) low = middle;
    else high = middle;
  }
  return low & MASK;
}

const START = PRIMES.slice(0, 8).map((prime) => fraction(prime, 2n));
const ROUND = PRIMES.map((prime) => fraction(prime, 3n));

function turn(value: bigint, by: bigint): bigint {
  return ((value >> by) | (value << (64n - by))) & MASK;
}

export function sha512(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const padded = new Uint8Array(Math.ceil((message.length + 17) / 128) * 128);
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(message.length) * 8n);
  const state = [...START];
  const words = new Array<bigint>(80);
  const at = (place: number): bigint => words[place] as bigint;
  for (let block = 0; block < padded.length; block += 128) {
    for (let i = 0; i < 16; i++) words[i] = view.getBigUint64(block + i * 8);
    for (let i = 16; i < 80; i++) {
      const early = at(i - 15);
      const late = at(i - 2);
      const small = turn(early, 1n) ^ turn(early, 8n) ^ (early >> 7n);
      const large = turn(late, 19n) ^ turn(late, 61n) ^ (late >> 6n);
      words[i] = (at(i - 16) + small + at(i - 7) + large) & MASK;
    }
    let [a, b, c, d, e, f, g, h] = state as [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint];
    for (let i = 0; i < 80; i++) {
      const chosen = (e & f) ^ (~e & MASK & g);
      const first = (h + (turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n)) + chosen + (ROUND[i] as bigint) + at(i)) & MASK;
      const most = (a & b) ^ (a & c) ^ (b & c);
      const second = ((turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n)) + most) & MASK;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) & MASK, c, b, a, (first + second) & MASK];
    }
    [a, b, c, d, e, f, g, h].forEach((value, i) => (state[i] = ((state[i] as bigint) + value) & MASK));
  }
  const out = new Uint8Array(64);
  const answer = new DataView(out.buffer);
  state.forEach((value, i) => answer.setBigUint64(i * 8, value));
  return out;
}
