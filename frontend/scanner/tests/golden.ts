import { readFileSync } from "node:fs";
import { resolve } from "node:path";

/** A file of tests/contracts, which pytest reads too. */
export function golden<Shape>(name: string): Shape {
  return JSON.parse(readFileSync(resolve(import.meta.dirname, "../../../tests/contracts", name), "utf-8")) as Shape;
}
