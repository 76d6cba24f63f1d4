/** Wall time against monotonic time: a new epoch whenever they part by more than two seconds (see registrations/checkin/clock.py). */

export const TOLERANCE = 2000;

export type Sources = { wall: () => number; mono: () => number; id: () => string };

/** How a new epoch began. `jump`: by how much the wall moved, in ms; null where it is not known. */
export type Break = { epoch: string; previous: string | null; jump: number | null };

export class Clock {
  epoch: string;
  /** Milliseconds to add to the wall, learned at a contact in this epoch; null before the first. */
  offset: number | null = null;
  private apart: number;

  constructor(private readonly sources: Sources) {
    this.epoch = sources.id();
    this.apart = sources.wall() - sources.mono();
  }

  /** Call often. `slept` says that the phone may have slept since the last call: many phones stop the monotonic clock
   * then, so what looks like a jump may be none, and its length is not told. */
  check(slept: boolean): Break | null {
    const apart = this.sources.wall() - this.sources.mono();
    const moved = apart - this.apart;
    if (Math.abs(moved) <= TOLERANCE) return null;
    const broken = { epoch: this.sources.id(), previous: this.epoch, jump: slept ? null : Math.round(moved) };
    this.epoch = broken.epoch;
    this.apart = apart;
    this.offset = slept || this.offset === null ? null : this.offset - Math.round(moved);
    return broken;
  }

  /** What an answer says about our clock: the server's time, and when we asked and heard. True if that is news. */
  learn(serverTime: number, asked: number, heard: number): boolean {
    const off = Math.round(serverTime - (asked + heard) / 2);
    const offset = Math.abs(off) <= TOLERANCE ? 0 : off;
    const news = this.offset === null || Math.abs(offset - this.offset) > TOLERANCE;
    if (news) this.offset = offset;
    return news;
  }

  wall(): number {
    return this.sources.wall();
  }

  /** The time as well as it is known here. */
  now(): number {
    return this.sources.wall() + (this.offset ?? 0);
  }
}

/** «2026-11-24T09:05:00.123+08:00»: the wall with its zone, as a record carries it. */
export function stamp(at: number): string {
  const date = new Date(at);
  const minutes = -date.getTimezoneOffset();
  const two = (value: number): string => String(Math.floor(Math.abs(value))).padStart(2, "0");
  const local = new Date(at + minutes * 60_000).toISOString().slice(0, -1);
  return `${local}${minutes < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
}
