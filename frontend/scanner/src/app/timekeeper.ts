/** Writes down what happens to the clock: at start, at each jump, and what a contact with the server shows. */

import { type Clock, stamp } from "../core/clock";
import { uuid } from "../core/ids";
import type { Draft } from "../core/shapes";

/** Above this a round trip says nothing about the clock. */
const SLOW = 4_000;

type Head = { id: string; made_at: string; epoch: string };

export class Timekeeper {
  private slept = false;

  constructor(
    readonly clock: Clock,
    private readonly keep: (draft: Draft) => Promise<void>,
  ) {
    document.addEventListener("visibilitychange", () => (this.slept = true));
  }

  /** What every record begins with. */
  head(at: number): Head {
    return { id: uuid(), made_at: stamp(at), epoch: this.clock.epoch };
  }

  async begin(): Promise<void> {
    await this.keep({ ...this.head(this.clock.wall()), kind: "clock" });
  }

  /** Has the wall clock moved? Then a record says so before anything else is written. */
  async tick(): Promise<void> {
    const broken = this.clock.check(this.slept);
    if (document.visibilityState === "visible") this.slept = false;
    if (!broken) return;
    const { previous, jump } = broken;
    const more = { ...(previous !== null && { previous }), ...(jump !== null && { jump }) };
    await this.keep({ ...this.head(this.clock.wall()), kind: "clock", ...more });
  }

  /** True if the server's time told something new, which was written down. */
  async learn(serverTime: number, asked: number): Promise<boolean> {
    await this.tick();
    const heard = this.clock.wall();
    if (heard - asked > SLOW || heard < asked || Number.isNaN(serverTime)) return false;
    if (!this.clock.learn(serverTime, asked, heard) || this.clock.offset === null) return false;
    await this.keep({ ...this.head(this.clock.wall()), kind: "clock", offset: this.clock.offset });
    return true;
  }
}
