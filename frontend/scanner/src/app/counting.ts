/** Numbers that are being counted on a screen: each tap is written down, and they are there again after a reload. */

import type { Store } from "../core/store";

export class Counting {
  readonly numbers = new Map<string, number>();
  private readonly touched = new Set<string>();

  constructor(
    private readonly store: Store,
    private readonly name: string,
  ) {}

  get total(): number {
    return [...this.numbers.values()].reduce((sum, one) => sum + one, 0);
  }

  /** True if this is another number than before. */
  set(code: string, value: number): boolean {
    this.touched.add(code);
    if ((this.numbers.get(code) ?? 0) === value) return false;
    if (value) this.numbers.set(code, value);
    else this.numbers.delete(code);
    void this.keep();
    return true;
  }

  /** What was counted before the page was opened anew, but for what has been counted since. All of it is taken up before
   * any of it is shown: showing a number sets it, and must not write down a part. */
  async restore(show: (code: string, value: number) => void): Promise<void> {
    const kept = Object.entries(await this.store.draft(this.name)).filter(([code]) => !this.touched.has(code));
    for (const [code, value] of kept) this.numbers.set(code, value);
    if (this.touched.size) await this.keep();
    for (const [code, value] of kept) show(code, value);
  }

  private keep(): Promise<void> {
    return this.store.keepDraft(this.name, Object.fromEntries(this.numbers));
  }
}
