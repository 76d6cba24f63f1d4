/** This phone as a check-in point: pairing, the roster, taking scans, handing them in. Screens call it and listen to it. */

import type { Api, Reply } from "../core/api";
import type { Clock } from "../core/clock";
import { type Look, look } from "../core/look";
import { Outbox } from "../core/outbox";
import type { ScanRow, StationRow } from "../core/rows";
import type { Answer, Changes, Paired, SessionRow } from "../core/shapes";
import type { Store } from "../core/store";
import { clean, masked } from "../core/wording";
import { Courier } from "./courier";
import { Timekeeper } from "./timekeeper";

type News = {
  /** Pending, network, roster or station have changed. */
  changed: () => void;
  answered: (answers: Answer[]) => void;
  /** The server knows this phone no more. */
  lost: () => void;
};

const REFRESH = 30_000;

export class Phone {
  station: StationRow | null = null;
  session: SessionRow | null = null;
  waiting = 0;
  rejected = 0;
  online = true;
  /** When the roster was last fetched whole. */
  rosterAt: number | null = null;
  private readonly listeners: { [Name in keyof News]: Set<News[Name]> } = { changed: new Set(), answered: new Set(), lost: new Set() };
  private readonly courier: Courier;
  private fetching: Promise<void> | null = null;
  private readonly time: Timekeeper;

  constructor(
    readonly store: Store,
    private readonly api: Api,
    readonly clock: Clock,
    version: string,
  ) {
    this.time = new Timekeeper(clock, async (draft) => {
      if (this.station) await store.add(this.station.id, draft);
    });
    this.courier = new Courier(store, new Outbox(store, api, clock, version), {
      delivered: (answers) => this.heard(answers),
      failed: (reached) => (this.online = reached),
      unknown: (id, key) => this.lose(id, key),
      settled: () => this.count(),
    });
  }

  on<Name extends keyof News>(name: Name, listener: News[Name]): () => void {
    this.listeners[name].add(listener);
    return () => this.listeners[name].delete(listener);
  }

  async begin(): Promise<void> {
    this.station = await this.store.active();
    if (this.station) await this.started();
    setInterval(() => void this.time.tick(), 1_000);
    setInterval(() => void this.refresh(), REFRESH);
    window.addEventListener("online", () => this.wake());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.wake();
    });
    this.wake();
  }

  async pair(code: string): Promise<Reply<Paired>> {
    const reply = await this.api.pair(code);
    if (reply.kind !== "ok") return reply;
    this.station = await this.store.pair(reply.body);
    this.session = null;
    this.rosterAt = null;
    void navigator.storage?.persist?.();
    await this.started();
    this.wake();
    return reply;
  }

  async choose(session: SessionRow | null): Promise<void> {
    this.session = session;
    await this.store.prefer({ session: session?.id ?? null });
    this.tell();
  }

  look(code: string): Promise<Look> {
    if (!this.session) throw new Error("no session chosen");
    return look(this.store, clean(code), this.session, this.clock.now());
  }

  /** Keep a scan: it is written down first, and sent at once if it can be. */
  async take(code: string, arriving: number): Promise<ScanRow> {
    const { station, session } = this;
    if (!station || !session) throw new Error("not ready to scan");
    await this.time.tick();
    const at = this.clock.wall();
    const head = this.time.head(at);
    const kept = clean(code);
    const seen = await look(this.store, kept, session, this.clock.now(), arriving);
    const scan: Omit<ScanRow, "sequence"> = {
      id: head.id,
      station: station.id,
      session: session.id,
      at,
      arriving,
      ticket: seen.ticket?.id ?? null,
      name: seen.ticket ? masked(seen.ticket.name) : "",
      unit: seen.ticket?.village ?? "",
      size: seen.ticket?.size ?? null,
      first: seen.firstAt === null ? null : { at: seen.firstAt, station: seen.firstStation },
      provisional: seen.verdict,
      answer: null,
      withdrawn: false,
    };
    const record = await this.store.add(
      station.id,
      { ...head, kind: "scan", session: session.id, code: kept, direction: "entry", arriving },
      scan,
    );
    void this.deliver();
    return { ...scan, sequence: record.sequence };
  }

  /** The newest scan of this phone, where it can still be taken back. */
  async undoable(): Promise<ScanRow | null> {
    const [newest] = this.station ? await this.store.scans(this.station.id, 1) : [];
    return newest && !newest.withdrawn && newest.answer?.status !== "rejected" ? newest : null;
  }

  async withdraw(scan: ScanRow): Promise<void> {
    await this.time.tick();
    await this.store.add(scan.station, { ...this.time.head(this.clock.wall()), kind: "withdrawal", of: scan.id });
    void this.deliver();
  }

  /** Unless something is left to hand in: then its number is the answer. */
  async unpair(): Promise<number> {
    const { station } = this;
    if (!station) return 0;
    await this.deliver();
    const left = await this.store.countWaiting(station.id);
    if (left) return left;
    this.station = this.session = null;
    await this.store.unpair();
    await this.store.forget(station.id);
    await this.store.prefer({ session: null });
    this.tell();
    return 0;
  }

  /** Send what is pending. */
  deliver(): Promise<void> {
    return this.courier.deliver();
  }

  /** Fetch what changed. */
  refresh(): Promise<void> {
    this.fetching ??= this.fetchAll().finally(() => (this.fetching = null));
    return this.fetching;
  }

  private async fetchAll(): Promise<void> {
    const { station } = this;
    if (!station?.key) return;
    let cursor = station.cursor;
    for (;;) {
      const asked = this.clock.wall();
      const reply: Reply<Changes> = await this.api.changes(station.key, cursor);
      if (this.station?.key !== station.key) return;
      this.online = reply.kind !== "unreachable" && !(reply.kind === "refused" && reply.status >= 500);
      if (reply.kind === "ok") {
        if (await this.time.learn(Date.parse(reply.body.server_time), asked)) void this.deliver();
        await this.store.apply(station.id, reply.body);
        cursor = reply.body.cursor;
        if (reply.body.more) continue;
        this.rosterAt = this.clock.now();
      } else if (reply.kind === "refused" && reply.status === 401) await this.lose(station.id, station.key);
      else if (reply.kind === "refused" && reply.code === "station_revoked") await this.store.end(station.id, true);
      else if (reply.kind === "refused" && reply.code === "cursor_unreadable" && cursor) {
        cursor = "";
        continue;
      }
      break;
    }
    this.station = await this.store.active();
    await this.resume();
    if (this.online && this.waiting) void this.deliver();
    this.tell();
  }

  private async started(): Promise<void> {
    await this.time.begin();
    await this.resume();
    await this.count();
  }

  /** The one session of the station, or the last one chosen while it still takes people. */
  private async resume(): Promise<void> {
    const only = this.station?.session ?? null;
    const id = this.session?.id ?? only ?? (await this.store.preferences()).session;
    const row = id === null ? undefined : await this.store.session(id);
    const fresh = row && (row.id === only || row.id === this.session?.id || Date.parse(row.closes_at) > this.clock.now());
    this.session = fresh ? row : null;
  }

  private heard(answers: Answer[]): void {
    this.online = true;
    for (const listener of this.listeners.answered) listener(answers);
    if (answers.some((answer) => answer.ticket !== undefined)) void this.catchUp(answers);
  }

  /** Somebody the roster does not have yet: fetch it, so that the phone knows by the next time. */
  private async catchUp(answers: Answer[]): Promise<void> {
    for (const { id, ticket } of answers)
      if (id && ticket !== undefined && (await this.store.scan(id))?.ticket === null) return this.refresh();
  }

  private async lose(station: number, key: string): Promise<void> {
    const mine = this.station?.id === station && this.station.key === key;
    await this.store.loseKey(station, key);
    if (!mine) return;
    this.station = this.session = null;
    await this.store.unpair();
    for (const listener of this.listeners.lost) listener();
  }

  private async count(): Promise<void> {
    this.waiting = this.station ? await this.store.countWaiting(this.station.id) : 0;
    this.rejected = this.station ? (await this.store.rejected(this.station.id)).length : 0;
    this.tell();
  }

  private wake(): void {
    void this.deliver();
    void this.refresh();
  }

  private tell(): void {
    for (const listener of this.listeners.changed) listener();
  }
}
