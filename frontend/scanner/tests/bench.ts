/** A phone on the bench: a store of its own, a clock that stands, and a server that answers as it is told. */

import "fake-indexeddb/auto";
import type { Api, Reply } from "../src/core/api";
import { Clock } from "../src/core/clock";
import { uuid } from "../src/core/ids";
import { Outbox } from "../src/core/outbox";
import type { Answer, Answers, Batch, Paired, SessionRow, StationRecord, TicketRow } from "../src/core/shapes";
import { Store } from "../src/core/store";

export const STATION = 7;
export const NOW = Date.UTC(2026, 10, 24, 1, 30);

export const paired: Paired = {
  key: "station_key",
  station: { id: STATION, name: "东门", organization: "tianmen", organization_name: "天门市科协", session: null, compare_number: "1234", expires_at: "2026-12-01T00:00:00+08:00" },
}; // prettier-ignore

export const session: SessionRow = {
  id: 7, activity: 17, name: "科普讲座", venue: "文化中心", starts_at: "2026-11-24T09:00:00+08:00", ends_at: "2026-11-24T12:00:00+08:00", day: "2026-11-24",
  opens_at: "2026-11-24T07:00:00+08:00", closes_at: "2026-11-24T14:00:00+08:00", state: "scheduled", checks_out: false,
}; // prettier-ignore

export const ticket: TicketRow = {
  id: 5, ticket: "0123456789abcd", activity: 17, short_code: "14SC0PJ6", sessions: [7], size: 40, state: "valid", name: "程**", village: "七（2）班",
}; // prettier-ignore

export type Server = (batch: Batch) => Reply<Answers>;

export const ok = (answers: Answer[]): Reply<Answers> => ({ kind: "ok", body: { answers, received_at: new Date(NOW).toISOString() } });
export const refused = (status: number): Reply<Answers> => ({ kind: "refused", status, code: "", message: "" });
export const stored = (record: StationRecord): Answer => ({ id: record.id, status: "stored", code: record.kind === "scan" ? "admit" : "stored", let_through: true });
export const takesAll: Server = (batch) => ok(batch.records.map(stored));

export class Bench {
  server: Server = takesAll;
  readonly batches: Batch[] = [];
  epoch = "now";
  readonly outbox: Outbox;

  private constructor(readonly store: Store) {
    const clock = new Clock({ wall: () => NOW, mono: () => 0, id: () => this.epoch });
    const api: Api = {
      pair: () => Promise.resolve({ kind: "ok", body: paired }),
      changes: () => Promise.resolve({ kind: "unreachable" }),
      records: (_key, batch) => {
        this.batches.push(batch);
        return Promise.resolve(this.server(batch));
      },
    };
    this.outbox = new Outbox(store, api, clock, "test");
  }

  static async open(): Promise<Bench> {
    const store = await Store.open(uuid());
    await store.pair(paired);
    return new Bench(store);
  }

  async scan(code = "14SC0PJ6", epoch = this.epoch): Promise<string> {
    const id = uuid();
    const head = { id, made_at: new Date(NOW).toISOString(), epoch };
    await this.store.add(STATION, { ...head, kind: "scan", session: 7, code, direction: "entry", arriving: 1, how: "camera" }, {
      id, station: STATION, session: 7, at: NOW, arriving: 1, ticket: null, name: "", unit: "", size: null, first: null, provisional: null, answer: null, withdrawn: false,
    }); // prettier-ignore
    return id;
  }

  flush(): ReturnType<Outbox["flush"]> {
    return this.outbox.flush(STATION, "station_key");
  }

  async pending(): Promise<string[]> {
    return (await this.store.pending(STATION)).map((one) => one.id);
  }
}
