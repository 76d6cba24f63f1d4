import type { AnswerCode } from "../core/shapes";

/** What a panel can say: the server's codes, and what only the phone knows. */
export type Said = AnswerCode | "pending" | "checking" | "station_revoked" | "withdrawn" | "choose_session";
export type Word = { word: string; sentence: string };
