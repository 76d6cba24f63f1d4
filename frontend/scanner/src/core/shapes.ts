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
/** A record before the store has numbered it. */
export type Draft =
  | (Omit<Envelope, "sequence"> & { kind: "scan"; session: number; code: string; direction: Direction; arriving: number })
  | (Omit<Envelope, "sequence"> & { kind: "withdrawal"; of: string })
  | (Omit<Envelope, "sequence"> & { kind: "clock"; offset?: number; jump?: number; previous?: string });
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
