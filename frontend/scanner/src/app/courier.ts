/** When the outbox is emptied: at once, and after a failure again and again, more slowly each time. */

import type { Outbox } from "../core/outbox";
import type { Answer } from "../core/shapes";
import type { Store } from "../core/store";

const PAUSES = [5_000, 10_000, 20_000, 40_000, 60_000];

export type Reports = {
  delivered: (answers: Answer[]) => void;
  /** `reached`: somebody answered, but did not take it. */
  failed: (reached: boolean) => void;
  unknown: (station: number, key: string) => Promise<void>;
  /** After each round. */
  settled: () => Promise<void>;
};

export class Courier {
  private under: Promise<void> | null = null;
  private again = false;
  private failures = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly store: Store,
    private readonly outbox: Outbox,
    private readonly reports: Reports,
  ) {}

  /** One round at a time, and one more if something came in between. */
  deliver(): Promise<void> {
    this.again = true;
    this.under ??= this.rounds().finally(() => (this.under = null));
    return this.under;
  }

  private async rounds(): Promise<void> {
    while (this.again) {
      this.again = false;
      clearTimeout(this.retry);
      const whole = await this.round();
      this.failures = whole ? 0 : this.failures + 1;
      const pause = PAUSES[Math.min(this.failures, PAUSES.length) - 1];
      if (pause !== undefined) this.retry = setTimeout(() => void this.deliver(), pause);
      await this.reports.settled();
    }
  }

  /** Every station that has something here and a key to hand it in with: this phone may have been another one before. */
  private async round(): Promise<boolean> {
    let whole = true;
    const active = (await this.store.active())?.id;
    for (const { id, key } of await this.store.stations()) {
      if (key !== null && (await this.store.countPending(id))) {
        const end = await this.outbox.flush(id, key);
        switch (end.kind) {
          case "delivered":
            this.reports.delivered(end.answers);
            break;
          case "unknown_station":
            await this.reports.unknown(id, key);
            break;
          case "unreachable":
          case "refused":
            whole = false;
            this.reports.failed(end.kind === "refused" && end.status < 500);
            break;
        }
      }
      if (id !== active) await this.store.forget(id);
    }
    return whole;
  }
}
