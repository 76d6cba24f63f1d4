/** Days and hours as people write them, in the place's time: «9月17日（周一）09:00–11:30». */

import { english, t } from "./texts";

const zone = document.getElementById("scanner")?.dataset.zone ?? "Asia/Shanghai";
const parts = new Intl.DateTimeFormat("en-GB", {
  timeZone: zone, year: "numeric", month: "numeric", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
}); // prettier-ignore
const WEEKDAYS: Record<string, string> = { Mon: "一", Tue: "二", Wed: "三", Thu: "四", Fri: "五", Sat: "六", Sun: "日" };
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function take(at: number): Record<Intl.DateTimeFormatPartTypes, string> {
  return Object.fromEntries(parts.formatToParts(at).map(({ type, value }) => [type, value])) as Record<
    Intl.DateTimeFormatPartTypes,
    string
  >;
}

/** ISO day at the place. */
export function dayOf(at: number): string {
  const { year, month, day } = take(at);
  return `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
}

export function clock(at: number): string {
  const { hour, minute } = take(at);
  return `${hour}:${minute}`;
}

function day(at: number, now: number): string {
  const { year, month, day, weekday } = take(at);
  const other = year !== take(now).year;
  if (english) return `${weekday} ${Number(day)} ${MONTHS[Number(month) - 1]}${other ? ` ${year}` : ""}`;
  return `${other ? `${year}年` : ""}${Number(month)}月${Number(day)}日（周${WEEKDAYS[weekday]}）`;
}

/** «09:05» today, else «9月17日（周一）09:05». */
export function moment(at: number, now: number): string {
  return dayOf(at) === dayOf(now) ? clock(at) : `${day(at, now)}${english ? " " : ""}${clock(at)}`;
}

export function hours(start: number, end: number, now: number): string {
  const gap = english ? " " : "";
  const first = `${day(start, now)}${gap}${clock(start)}`;
  return dayOf(start) === dayOf(end) ? `${first}–${clock(end)}` : `${first} – ${day(end, now)}${gap}${clock(end)}`;
}

/** «今天 09:00–11:30», for places where every character counts. */
export function hoursShort(start: number, end: number, now: number): string {
  const today = dayOf(start) === dayOf(now) && dayOf(end) === dayOf(now);
  return today ? `${t.today} ${clock(start)}–${clock(end)}` : hours(start, end, now);
}
