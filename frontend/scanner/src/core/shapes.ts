/** What the station API speaks: registrations/api/serializers/stations.py. */

import type { Direction, TicketState, VerdictCode } from "./decide";

export type SessionRow = {
  id: number;
  activity: number;
  name: string;
  venue: string;
  starts_at: string;
  ends_at: string;
  day: string;
  opens_at: string;
  closes_at: string;
  state: "scheduled" | "called_off";
  checks_out: boolean;
};
export type KeyRow = { id: number; public_key: string };
export type TicketRow = {
  id: number;
  ticket: string;
  activity: number;
  short_code: string;
  sessions: number[];
  size: number;
  state: TicketState;
  name: string;
  village: string;
  /** First letters of the name in pinyin, «lgy»; older servers leave it out. */
  initials?: string;
};
export type OutcomeRow = {
  scan: string;
  station: number;
  ticket: number | null;
  session: number | null;
  outcome: "counted" | "duplicate" | "refused" | "awaiting" | "withdrawn";
  counted: number;
  at: string;
  direction: Direction;
};
export type Changes = {
  cursor: string;
  more: boolean;
  whole: boolean;
  sessions: SessionRow[];
  keys: KeyRow[];
  tickets: TicketRow[];
  outcomes: OutcomeRow[];
  gone: { kind: "session" | "ticket"; id: number }[];
  server_time: string;
};

export type Paired = {
  key: string;
  station: {
    id: number;
    name: string;
    organization: string;
    organization_name: string;
    session: number | null;
    compare_number: string;
    expires_at: string;
  };
};

type Envelope = { id: string; made_at: string; sequence: number; epoch: string };
type Record<Kind, More> = Omit<Envelope, "sequence"> & { kind: Kind } & More;

/** Where a code came from. */
export type How = "camera" | "photo" | "typed" | "list" | "link";
/** Whether a count includes those who were checked in. */
export type Basis = "everyone" | "besides";
export type Method = "counted" | "estimated";

export type ScanContent = {
  session: number;
  code: string;
  direction: Direction;
  arriving: number;
  how: How;
  /** A relative came in the trainee's place. */
  substitute?: true;
};
/** Names only where the person has agreed. */
export type WalkInContent = {
  session: number;
  people: number;
  audience_group: string;
  consent?: true;
  name?: string;
  village?: string;
  phone?: string;
};
/** `part`: an entrance or an hour. Different parts add up; the same part counted again replaces. */
export type HeadcountContent = {
  session: number;
  people: number;
  audience_group: string;
  basis: Basis;
  method: Method;
  counted_by: string;
  part?: string;
};
export type OutputContent = { session: number; measure: string; number: number };

/** What a volunteer enters by hand: a record without its envelope. */
export type Note =
  | ({ kind: "walk_in" } & Omit<WalkInContent, "session">)
  | ({ kind: "headcount" } & Omit<HeadcountContent, "session">)
  | ({ kind: "output" } & Omit<OutputContent, "session">);

/** A record before the store has numbered it. */
export type Draft =
  | Record<"scan", ScanContent>
  | Record<"walk_in", WalkInContent>
  | Record<"headcount", HeadcountContent>
  | Record<"output", OutputContent>
  | Record<"withdrawal", { of: string }>
  | Record<"clock", { offset?: number; jump?: number; previous?: string }>;
export type StationRecord = Draft & Envelope;

/** What a scan's answer says. Codes the table does not have come with a reason of their own. */
export type AnswerCode = VerdictCode | "stored" | "unknown_session" | "station_ended" | "record_invalid" | "scan_id_reused";
export type Answer = {
  id: string | null;
  status: "stored" | "rejected";
  code: AnswerCode;
  message?: string;
  let_through?: boolean;
  admitted?: number;
  awaiting?: number;
  right_sessions?: number[];
  first_at?: string;
  first_station?: string;
  ticket?: number;
  size?: number;
  name?: string;
  unit?: string;
};
export type Answers = { answers: Answer[]; received_at: string };

export type Batch = { sent_at: string; epoch: string; records: StationRecord[]; records_pending: number; app_version: string };
