/** Handing in. A record leaves this phone only when the server has said «stored» to that very record. */

import type { Api } from "./api";
import { type Clock, stamp } from "./clock";
import type { Answer } from "./shapes";
import type { Pending } from "./rows";
import type { Store } from "./store";

export const LARGEST = 500;

export type Delivery =
  /** Everything that could be sent was answered. */
  | { kind: "delivered"; answers: Answer[] }
  /** No network, or no answer that makes sense: everything unanswered stays. */
  | { kind: "unreachable" }
  /** The server broke or would not take the batch: everything stays, and the next try is smaller. */
  | { kind: "refused"; status: number }
  /** The server does not know this phone's key any more. */
  | { kind: "unknown_station" };

export class Outbox {
  /** Halved when a batch is refused as a whole, until the one record at fault is alone; then others go past it. */
  private size = LARGEST;
  private readonly aside = new Set<string>();

  constructor(
    private readonly store: Store,
    private readonly api: Api,
    private readonly clock: Clock,
    private readonly version: string,
  ) {}

  /** Send what is pending for a station, in batches, until nothing is left or a try fails. */
  async flush(station: number, key: string): Promise<Delivery> {
    const answers: Answer[] = [];
    for (;;) {
      const batch = (await this.batch(station)) ?? (await this.oneAside(station));
      if (!batch) return { kind: "delivered", answers };
      const taken = await this.send(station, key, batch);
      if (!Array.isArray(taken)) return taken;
      answers.push(...taken);
      if (taken.length < batch.length) return { kind: "unreachable" };
    }
  }

  private async send(station: number, key: string, batch: readonly Pending[]): Promise<Answer[] | Delivery> {
    const left = (await this.store.countPending(station)) - batch.length;
    const reply = await this.api.records(key, {
      sent_at: stamp(this.clock.wall()),
      epoch: this.clock.epoch,
      records: batch.map((one) => one.payload),
      records_pending: Math.max(0, left),
      app_version: this.version,
    });
    if (reply.kind === "unreachable") return reply;
    if (reply.kind === "refused") {
      if (reply.status === 401) return { kind: "unknown_station" };
      this.narrow(batch, reply.status);
      return { kind: "refused", status: reply.status };
    }
    const sent = new Set(batch.map((one) => one.id));
    const said = Array.isArray(reply.body.answers) ? reply.body.answers : [];
    const taken = said.filter((answer) => isAnswer(answer) && sent.delete(answer.id as string));
    if (taken.length) await this.store.settle(taken);
    for (const { id } of taken) this.aside.delete(id as string);
    this.size = Math.min(LARGEST, this.size * 2);
    return taken;
  }

  /** The oldest records that are not set aside. A scan goes before its withdrawal. */
  private async batch(station: number): Promise<Pending[] | null> {
    const all = await this.store.pending(station, this.size + this.aside.size);
    const ready = all.filter(
      ({ id, payload }) => !this.aside.has(id) && !(payload.kind === "withdrawal" && this.aside.has(payload.of)),
    );
    return ready.length ? ready.slice(0, this.size) : null;
  }

  /** One that was set aside, when nothing else is left: perhaps the server takes it by now. */
  private async oneAside(station: number): Promise<Pending[] | null> {
    for (const id of this.aside) {
      const held = await this.store.record(id);
      if (held?.station === station) return [held];
      if (!held) this.aside.delete(id);
    }
    return null;
  }

  private narrow(batch: readonly Pending[], status: number): void {
    // Too many requests, or a server that is away for a moment: the batch is not at fault.
    if (status === 429 || status === 503) return;
    const own = batch.filter((one) => one.kind !== "clock");
    const suspects = own.length ? own : batch;
    if (suspects.length > 1) this.size = Math.ceil(suspects.length / 2);
    for (const { id } of suspects.length > 1 ? [] : suspects) {
      this.aside.delete(id); // Last in the row of those to be tried again.
      this.aside.add(id);
    }
  }
}

function isAnswer(value: Answer | null | undefined): value is Answer {
  return typeof value?.id === "string" && (value.status === "stored" || value.status === "rejected");
}
