/** This phone as a check-in point: pairing, the roster, taking scans, handing them in. Screens call it and listen to it. */

import type { Api, Reply } from "../core/api";
import type { Clock } from "../core/clock";
import { type Look, look } from "../core/look";
import { Outbox } from "../core/outbox";
import type { Direction } from "../core/decide";
import type { EntryRow, ScanRow, StationRow } from "../core/rows";
import type { Answer, Changes, How, Note, Paired, SessionRow } from "../core/shapes";
import type { Store } from "../core/store";
import { isDue } from "../core/wiping";
import { clean, masked } from "../core/wording";
import { Courier } from "./courier";
import { Timekeeper } from "./timekeeper";

type News = {
  /** Pending, network, roster or station have changed. */
  changed: () => void;
  answered: (answers: Answer[]) => void;
  /** The server knows this phone no more. */
  lost: () => void;
  /** The hours of this check-in point are long over and all is delivered: people's data has been removed. */
  wiped: () => void;
};

/** What a volunteer says of a scan beside the code. */
export type Circumstances = { how: How; direction: Direction; arriving: number; substitute: boolean };

const REFRESH = 30_000;

export class Phone {
  station: StationRow | null = null;
  session: SessionRow | null = null;
  waiting = 0;
  rejected = 0;
  online = true;
  private readonly listeners: { [Name in keyof News]: Set<News[Name]> } = { changed: new Set(), answered: new Set(), lost: new Set(), wiped: new Set() };
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

  /** When the roster was last fetched whole. */
  get rosterAt(): number | null {
    return this.station?.rosterAt ?? null;
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

  look(code: string, direction: Direction): Promise<Look> {
    if (!this.session) throw new Error("no session chosen");
    return look(this.store, { code: clean(code), session: this.session, at: this.clock.now(), direction });
  }

  /** Keep a scan: it is written down first, and sent at once if it can be. */
  async take(code: string, { how, direction, arriving, substitute }: Circumstances): Promise<ScanRow> {
    const { station, session } = this;
    if (!station || !session) throw new Error("not ready to scan");
    await this.time.tick();
    const at = this.clock.wall();
    const head = this.time.head(at);
    const kept = clean(code);
    const seen = await look(this.store, { code: kept, session, at: this.clock.now(), direction, arriving });
    const scan: Omit<ScanRow, "sequence"> = {
      id: head.id,
      station: station.id,
      session: session.id,
      at,
      arriving,
      direction,
      ticket: seen.ticket?.id ?? null,
      name: seen.ticket ? masked(seen.ticket.name) : "",
      unit: seen.ticket?.village ?? "",
      size: seen.ticket?.size ?? null,
      first: seen.firstAt === null ? null : { at: seen.firstAt, station: seen.firstStation },
      provisional: seen.verdict,
      answer: null,
      withdrawn: false,
    };
    const said = { session: session.id, code: kept, direction, arriving, how, ...(substitute && { substitute: true as const }) };
    const record = await this.store.add(station.id, { ...head, kind: "scan", ...said }, scan);
    void this.deliver();
    return { ...scan, sequence: record.sequence };
  }

  /** Keep what was entered by hand. */
  async note(note: Note): Promise<EntryRow> {
    const { station, session } = this;
    if (!station || !session) throw new Error("not ready to write down");
    await this.time.tick();
    const at = this.clock.wall();
    const head = this.time.head(at);
    const entry: Omit<EntryRow, "sequence"> = {
      id: head.id, station: station.id, session: session.id, at, kind: note.kind, answer: null, withdrawn: false,
      number: note.kind === "output" ? note.number : note.people,
      what: note.kind === "output" ? note.measure : note.audience_group,
      detail: note.kind === "walk_in" ? masked(note.name ?? "") : note.kind === "headcount" ? (note.part ?? "") : "",
      basis: note.kind === "headcount" ? note.basis : null,
      method: note.kind === "headcount" ? note.method : null,
    }; // prettier-ignore
    const record = await this.store.add(station.id, { ...head, session: session.id, ...note }, entry);
    void this.deliver();
    return { ...entry, sequence: record.sequence };
  }

  /** The newest scan of this phone, where it can still be taken back. */
  async undoable(): Promise<ScanRow | null> {
    const [newest] = this.station ? await this.store.scans(this.station.id, 1) : [];
    return newest && !newest.withdrawn && newest.answer?.status !== "rejected" ? newest : null;
  }

  /** Take back a scan or an entry. */
  async withdraw(made: { id: string; station: number }): Promise<void> {
    await this.time.tick();
    await this.store.add(made.station, { ...this.time.head(this.clock.wall()), kind: "withdrawal", of: made.id });
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
        await this.store.apply(station.id, reply.body, this.clock.now());
        cursor = reply.body.cursor;
        if (reply.body.more) continue;
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
    await this.wipe();
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
    await this.wipe();
    this.tell();
  }

  /** Nobody's name stays on a volunteer's phone for longer than it is needed. */
  private async wipe(): Promise<void> {
    const { station } = this;
    if (!station || !isDue(station, this.waiting, this.clock.now())) return;
    await this.store.wipe(station.id);
    this.station = await this.store.active();
    this.session = null;
    if (!this.station) for (const listener of this.listeners.wiped) listener();
  }

  private wake(): void {
    void this.deliver();
    void this.refresh();
  }

  private tell(): void {
    for (const listener of this.listeners.changed) listener();
  }
}
