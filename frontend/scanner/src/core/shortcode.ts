/** Short codes, as registrations/tickets/shortcode.py makes them: eight characters, the last a check character. */

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 8;
const POLYNOMIAL = 0b100101;
const READ = new Map<string, number>([
  ...Array.from(ALPHABET, (char, value) => [char, value] as const),
  ["O", 0],
  ["I", 1],
  ["L", 1],
]);

/** The code as it is kept, from whatever was typed: any case, spaces and dashes, O for 0, I and L for 1. Null if not one. */
export function read(text: string): string | null {
  const kept = Array.from(text.toUpperCase()).filter((char) => !" -–—·".includes(char));
  const values = kept.map((char) => READ.get(char) ?? -1);
  if (values.length !== LENGTH || values.includes(-1)) return null;
  if (check(values.slice(0, -1)) !== values[LENGTH - 1]) return null;
  return values.map((value) => ALPHABET[value]).join("");
}

/** The weighted sum Σ α^i·c_i in GF(2^5), which every wrong character and every swap changes. */
function check(values: number[]): number {
  let total = 0;
  for (const value of values) {
    total = (total ^ value) << 1;
    if (total & 32) total ^= POLYNOMIAL;
  }
  return total;
}
